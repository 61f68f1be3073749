"""The style of a scorecard: black on white, A4."""

STYLE = """
@page{size:A4;margin:9mm 12mm}
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;max-width:186mm;padding:0;background:#fff;color:#000;
font:8.6pt/1.28 "Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif}
@media screen{body{padding:6mm 4mm;max-width:194mm}section{overflow-x:auto}}
h1{font-size:13pt;margin:0 0 .5mm}
h2{font-size:9.5pt;margin:2mm 0 .6mm}
p{margin:0 0 1mm}
ol{margin:0;padding-left:5mm}
li{margin:0 0 .8mm}
.note{font-size:7.6pt}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35mm 1.2mm;font-weight:400}
thead{display:table-header-group}
thead th{font-weight:700;border-bottom:.35mm solid #000}
tr,figure,.look-up,.beside{break-inside:avoid}
.beside:has(.example){grid-template-columns:1.35fr 1fr;font-size:8.2pt}
.beside:has(.look-up){grid-template-columns:1.15fr 1fr}
.form{font-size:7.9pt;line-height:1.15}
.form tbody th,.form tbody td{padding:.16mm 1.2mm}
.form tr{border-bottom:.15mm solid #999}
.form tbody th{width:69mm}
.form .mark{width:5mm;font-weight:700;text-align:center}
.form .weight{width:13mm;text-align:center}
.form tbody tr:last-child>*{font-weight:700;border-top:.35mm solid #000;padding:1.2mm}
.answer{white-space:nowrap;margin-right:1.6mm}
.blank{text-align:right}
.beside{display:grid;grid-template-columns:1fr 1fr;gap:7mm;align-items:start}
.example{border:.2mm solid #000;padding:1mm 2.5mm;margin-top:2.5mm}
.example h2{margin-top:0}
section{break-before:page}
.beside+p{margin-top:2.5mm}
figure{margin:2mm 0 0}
caption,figcaption{text-align:left;font-weight:700;font-size:7.8pt;padding:0 0 .4mm}
.columns{display:flex;gap:3mm;align-items:flex-start}
.columns table{flex:1}
.look-up{font-size:7.6pt;line-height:1.08;font-variant-numeric:tabular-nums}
.look-up th,.look-up td{padding:.12mm .8mm;white-space:nowrap}
.look-up thead th{white-space:normal;vertical-align:bottom}
.look-up tbody th{border-right:.15mm solid #000}
.look-up td{text-align:right}
.look-up thead th+th{text-align:right}
.look-up tbody tr:nth-child(5n)>*{border-bottom:.15mm solid #aaa}
"""

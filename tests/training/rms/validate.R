# Optimism-corrected figures of rms::validate for table.csv, to which tests/training/test_validate.py holds ours.
# Rscript validate.R [table.csv [expected.json [resamples...]]]
suppressPackageStartupMessages(library(rms))
arguments <- commandArgs(trailingOnly = TRUE)
table <- if (length(arguments) >= 1) arguments[1] else "table.csv"
target <- if (length(arguments) >= 2) arguments[2] else "expected.json"
resamples <- if (length(arguments) >= 3) as.integer(arguments[-(1:2)]) else c(20000L, 500L)
seed <- 20240101

data <- read.csv(table)
model <- lrm(offer ~ x1 + x2 + x3 + x4, data = data, x = TRUE, y = TRUE)
columns <- c(apparent = "index.orig", optimism = "optimism", corrected = "index.corrected")

block <- function(B) {
  set.seed(seed)
  v <- validate(model, method = "boot", B = B)
  figures <- list(slope = v["Slope", columns], intercept = v["Intercept", columns],
                  brier = v["B", columns], auc = v["Dxy", columns] / 2 + c(0.5, 0, 0.5))  # C = (Dxy + 1) / 2
  line <- function(name) {
    values <- paste0('"', names(columns), '": ', sprintf("%.8f", figures[[name]]), collapse = ", ")
    paste0('    "', name, '": {', values, "}")
  }
  paste0('  "', B, '": {\n', paste(sapply(names(figures), line), collapse = ",\n"), "\n  }")
}

head <- c(paste0('  "R": "', getRversion(), '"'), paste0('  "rms": "', packageVersion("rms"), '"'),
          paste0('  "seed": ', seed))
writeLines(c("{", paste(c(head, sapply(resamples, block)), collapse = ",\n"), "}"), target)

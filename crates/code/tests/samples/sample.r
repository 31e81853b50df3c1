# Counts birds at a feeder.
library(dplyr)
require("ggplot2")
source("feeder.R")

max_birds <- 40
seasons = c("winter", "spring")

#' Sums up the birds of a day.
#' @param visits all visits
birds_per_day <- function(visits, day) {
  counted <- filter(visits, date == day)
  sum(counted$birds)
}

plot_visits = function(visits) {
  ggplot(visits, aes(date, birds)) + geom_line()
}

setClass("Feeder", representation(place = "character"))

setGeneric("refill", function(feeder, ...) standardGeneric("refill"))

setMethod("refill", "Feeder", function(feeder, ...) {
  message(feeder@place)
})

#' A flock, and where it sits.
#'
#' @export
Flock <- R6::R6Class("Flock",
  inherit = Visitors,
  public = list(
    place = NULL,
    initialize = function(place) {
      self$place <- place
    },
    #' @description Scares it.
    scare = function(loud = TRUE) invisible(self)
  ),
  private = list(birds = 0),
  active = list(
    size = function(value) private$birds
  )
)

print.flock <- function(x, ...) {
  cat("flock at", x$place, "\n")
}

`%around%` <- function(left, right) abs(left - right) < 1
`names<-.flock` <- function(x, value) x

square <- \(x) x^2
total <<- 0
"quoted" <- function() NULL
function(x) x + 1 -> add_one

setValidity("Feeder", function(object) length(object@place) == 1)

setRefClass("Garden", fields = list(feeders = "list"), methods = list(
  add = function(feeder) {
    feeders[[length(feeders) + 1]] <<- feeder
  }
))

summarise_visits <- function(data, by = c("day", "week"), ...) {
  by <- match.arg(by)
  helper <- function(row) row$birds
  if (by == "day") {
    data |> dplyr::group_by(.data$day) %>% summarise(n = n())
  } else {
    for (i in seq_along(data)) next
  }
}

test_that("birds are summed", {
  expect_equal(birds_per_day(data.frame(), 1), 0)
})

if (interactive()) {
  options(digits = 3L)
}

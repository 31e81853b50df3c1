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

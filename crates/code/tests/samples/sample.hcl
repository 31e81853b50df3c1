# A job of a cluster scheduler.
job "beehive" {
  datacenters = ["garden"]

  group "bees" {
    count = 3

    task "collect" {
      driver = "docker"

      config {
        image = "bees:1.4"
      }
    }
  }
}

locals {
  region = "north"
}

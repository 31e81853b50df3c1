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

variable "bees" {
  type        = list(object({ name = string, age = optional(number, 1) }))
  description = "Who lives there."
  default     = []

  validation {
    condition     = length(var.bees) < 100
    error_message = "too many"
  }
}

// Where the honey goes.
service "honey" {
  port = 8080
  tags = ["sweet", "${local.region}-1"]

  check {
    type     = "http"
    interval = "10s"
  }
}

/*
 * A hive for each region.
 */
source "docker" "hive" {
  for_each = { for name, hive in var.hives : name => hive if hive.open }
  script   = <<-EOT
    %{ for bee in var.bees ~}
    wake ${bee.name}
    %{ endfor ~}
  EOT

  dynamic "comb" {
    for_each = var.combs
    iterator = comb
    content {
      size = comb.value["size"]
    }
  }
}

build {
  sources = ["source.docker.hive"]

  provisioner "shell" {
    inline = ["echo ready"]
    only   = var.region == "north" ? ["docker.hive"] : []
  }
}

policy = "write"

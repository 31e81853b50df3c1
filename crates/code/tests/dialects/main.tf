# The archive's storage.
terraform {
  required_version = ">= 1.8"
}

provider "aws" {
  region = var.region
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

locals {
  prefix = "photos-${var.region}"
}

data "aws_caller_identity" "current" {}

# Where the photos lie.
resource "aws_s3_bucket" "photos" {
  bucket = local.prefix

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sqs_queue" "thumbnails" {
  name = "${local.prefix}-thumbnails"
}

module "network" {
  source = "./network"
  region = var.region
}

output "bucket_arn" {
  value = aws_s3_bucket.photos.arn
}

terraform {
  backend "s3" {
    bucket = "photo-state"
  }

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

variable "albums" {
  description = "What is kept, and for how long."
  type = map(object({
    days = number
    tags = optional(list(string), [])
  }))

  validation {
    condition     = alltrue([for album in var.albums : album.days > 0])
    error_message = "an album is kept for a day at least"
  }
}

# Who may read them.
data "aws_iam_policy_document" "readers" {
  dynamic "statement" {
    for_each = var.albums
    content {
      sid       = statement.key
      actions   = ["s3:GetObject"]
      resources = ["${aws_s3_bucket.photos.arn}/${statement.key}/*"]
    }
  }
}

resource "aws_lambda_function" "resize" {
  for_each = { for name, album in var.albums : name => album if album.days > 7 }

  function_name = "resize-${each.key}"
  environment {
    variables = {
      QUEUE = aws_sqs_queue.thumbnails.url
    }
  }

  provisioner "local-exec" {
    command = <<-EOT
      echo "resource \"not_here\" \"at_all\" {"
    EOT
  }

  depends_on = [module.network]
}

module "alarms" {
  source   = "terraform-aws-modules/cloudwatch/aws//modules/alarm"
  version  = "5.3.0"
  for_each = toset(["north", "south"])

  providers = {
    aws = aws.backup
  }
}

provider "aws" {
  alias  = "backup"
  region = "eu-north-1"
}

moved {
  from = aws_sqs_queue.small
  to   = aws_sqs_queue.thumbnails
}

import {
  to = aws_s3_bucket.photos
  id = "photos-eu"
}

check "reachable" {
  data "http" "archive" {
    url = "https://photos.example.org"
  }

  assert {
    condition     = data.http.archive.status_code == 200
    error_message = "the archive is not there"
  }
}

output "queue" {
  description = "Where thumbnails wait."
  value       = aws_sqs_queue.thumbnails.url
  sensitive   = true
}

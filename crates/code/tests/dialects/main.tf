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

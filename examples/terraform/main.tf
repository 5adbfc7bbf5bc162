# Deploys one Region of a release (npm run release -- --stage prod) as a CloudFormation stack. README.md beside this file has the steps.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "region" {
  description = "The Region of the stack: one of the regions of the stage, and outside that of your primary Voice Connectors."
  type        = string
}

variable "stage" {
  description = "The stage that the release was made of."
  type        = string
}

variable "release" {
  description = "The folder of this Region in the release, such as ../../release/prod-VERSION/us-west-2."
  type        = string
}

provider "aws" {
  region = var.region
}

locals {
  name = "voice-connector-failover-${var.stage}"
  zips = fileset(var.release, "*.zip")
  # CloudFormation deploys new code only under a new key.
  digest = substr(sha256(join("", [for zip in local.zips : filesha256("${var.release}/${zip}")])), 0, 12)
  prefix = "${local.name}/${local.digest}/"
  tags   = { for tag in jsondecode(file("${var.release}/tags.json")) : tag.Key => tag.Value }
}

resource "aws_s3_bucket" "artefacts" {
  bucket_prefix = "voice-failover-${var.stage}-"
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "artefacts" {
  bucket                  = aws_s3_bucket.artefacts.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_object" "code" {
  for_each = local.zips
  bucket   = aws_s3_bucket.artefacts.id
  key      = "${local.prefix}${each.value}"
  source   = "${var.release}/${each.value}"
}

resource "aws_s3_object" "template" {
  bucket = aws_s3_bucket.artefacts.id
  key    = "${local.name}/${filesha256("${var.release}/template.json")}.json"
  source = "${var.release}/template.json"
}

resource "aws_cloudformation_stack" "monitor" {
  name         = local.name
  template_url = "https://${aws_s3_bucket.artefacts.bucket_regional_domain_name}/${aws_s3_object.template.key}"
  capabilities = ["CAPABILITY_IAM"]
  tags         = local.tags

  parameters = {
    ArtefactBucket = aws_s3_bucket.artefacts.id
    ArtefactPrefix = local.prefix
  }

  depends_on = [aws_s3_object.code]
}

output "page_topic_arn" {
  description = "Subscribe the pager here."
  value       = aws_cloudformation_stack.monitor.outputs["PageTopicArn"]
}

output "ticket_topic_arn" {
  description = "Subscribe the mailbox of the team here."
  value       = aws_cloudformation_stack.monitor.outputs["TicketTopicArn"]
}

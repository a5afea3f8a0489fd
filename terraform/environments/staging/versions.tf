terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # Bucket, key and region of the state come from a file of yours: terraform init -backend-config=backend.hcl
  backend "s3" {
    encrypt = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      project     = "certstore"
      environment = "staging"
      managed_by  = "terraform"
    }
  }
}

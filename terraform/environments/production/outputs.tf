output "env_file" {
  description = "The service's variables: terraform output -raw env_file >> .env"
  value       = module.certificates.env_file
}

output "log_group" {
  description = "Log group to ship the service's log to."
  value       = module.certificates.log_group
}

output "alarm_names" {
  description = "Every alarm, by its runbook page."
  value       = module.certificates.alarm_names
}

output "role_arn" {
  description = "Role of the service, for eks.amazonaws.com/role-arn."
  value       = module.certificates.role_arn
}

output "instance_profile" {
  description = "Instance profile of the service; null on Kubernetes."
  value       = module.certificates.instance_profile
}

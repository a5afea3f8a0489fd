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

output "user_name" {
  description = "User whose access keys the service uses: runbooks/credentials.md."
  value       = module.certificates.user_name
}

output "env_file" {
  description = "The service's variables: terraform output -raw env_file >> .env"
  value       = module.certificates.env_file
}

output "log_group" {
  description = "Where the service's log is to be shipped."
  value       = module.certificates.log_group
}

output "alarm_names" {
  description = "Every alarm, by its runbook page."
  value       = module.certificates.alarm_names
}

output "user_name" {
  description = "Whose access keys the service uses: runbooks/credentials.md."
  value       = module.certificates.user_name
}

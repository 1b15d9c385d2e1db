// Stands in for Matomo's script: a demo has nobody to count.

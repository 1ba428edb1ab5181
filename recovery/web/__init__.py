"""What people and programs see: pages, forms and health checks."""

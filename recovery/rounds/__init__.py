"""What happens on time: review, escalation and delivery, in a process of their own."""

"""The chassis under every service. It knows no service and no business noun."""

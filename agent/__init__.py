"""The mind of Netra: it hears, sees, decides and answers. It never imports transport."""

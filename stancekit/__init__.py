"""Label political statements by stance."""

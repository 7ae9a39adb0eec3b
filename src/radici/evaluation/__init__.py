"""Recipe or model and patients in; every number with its interval and its n out."""

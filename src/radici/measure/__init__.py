"""What a mask and its voxels measure: surface, volume, diameters. Arrays in, numbers in mm out."""

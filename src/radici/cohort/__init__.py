"""Files -> Cohort: the clinical table, the scans that belong to it, and the voxels of one region."""

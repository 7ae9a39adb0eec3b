#!/bin/sh
# The peers, each in an environment of its own: benchmarks/peers/venvs.sh FOLDER
# Needs python3.11 and, for Pictologics, python3.12. Its first import compiles for minutes: import it once before timing.
set -eu
folder=$1
mkdir -p "$folder"

python3.12 -m venv "$folder/venv-pict"
"$folder/venv-pict/bin/pip" install pictologics==0.9.0

python3.11 -m venv "$folder/venv-mirp"
"$folder/venv-mirp/bin/pip" install mirp==2.7.0

# PyRadiomics 3.1.0 is refused by pip; 3.0.1 builds only without isolation, and needs a SciPy that still has sph_harm.
python3.11 -m venv "$folder/venv-pyrad311"
"$folder/venv-pyrad311/bin/pip" install "numpy<2" "scipy<1.15" "setuptools<70" wheel versioneer
"$folder/venv-pyrad311/bin/pip" install --no-build-isolation pyradiomics==3.0.1 scikit-image trimesh

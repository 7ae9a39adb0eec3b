"""Which features PyRadiomics 3.0.1 has: a class in, the names of its columns out.

Names are those of PyRadiomics (van Griethuysen JJM et al. Cancer Res 2017;77:e104, doi:10.1158/0008-5472.CAN-17-0339).
"""

_PLAIN = {
    "firstorder": """10Percentile 90Percentile Energy Entropy InterquartileRange Kurtosis Maximum MeanAbsoluteDeviation
        Mean Median Minimum Range RobustMeanAbsoluteDeviation RootMeanSquared Skewness TotalEnergy
        Uniformity Variance""",
    "glcm": """Autocorrelation ClusterProminence ClusterShade ClusterTendency Contrast Correlation DifferenceAverage
        DifferenceEntropy DifferenceVariance Id Idm Idmn Idn Imc1 Imc2 InverseVariance JointAverage JointEnergy
        JointEntropy MCC MaximumProbability SumAverage SumEntropy SumSquares""",
    "gldm": """DependenceEntropy DependenceNonUniformity DependenceNonUniformityNormalized DependenceVariance
        GrayLevelNonUniformity GrayLevelVariance HighGrayLevelEmphasis LargeDependenceEmphasis
        LargeDependenceHighGrayLevelEmphasis LargeDependenceLowGrayLevelEmphasis LowGrayLevelEmphasis
        SmallDependenceEmphasis SmallDependenceHighGrayLevelEmphasis SmallDependenceLowGrayLevelEmphasis""",
    "glrlm": """GrayLevelNonUniformity GrayLevelNonUniformityNormalized GrayLevelVariance HighGrayLevelRunEmphasis
        LongRunEmphasis LongRunHighGrayLevelEmphasis LongRunLowGrayLevelEmphasis LowGrayLevelRunEmphasis RunEntropy
        RunLengthNonUniformity RunLengthNonUniformityNormalized RunPercentage RunVariance ShortRunEmphasis
        ShortRunHighGrayLevelEmphasis ShortRunLowGrayLevelEmphasis""",
    "glszm": """GrayLevelNonUniformity GrayLevelNonUniformityNormalized GrayLevelVariance HighGrayLevelZoneEmphasis
        LargeAreaEmphasis LargeAreaHighGrayLevelEmphasis LargeAreaLowGrayLevelEmphasis LowGrayLevelZoneEmphasis
        SizeZoneNonUniformity SizeZoneNonUniformityNormalized SmallAreaEmphasis SmallAreaHighGrayLevelEmphasis
        SmallAreaLowGrayLevelEmphasis ZoneEntropy ZonePercentage ZoneVariance""",
    "ngtdm": "Busyness Coarseness Complexity Contrast Strength",
    "shape": """Elongation Flatness LeastAxisLength MajorAxisLength Maximum2DDiameterColumn Maximum2DDiameterRow
        Maximum2DDiameterSlice Maximum3DDiameter MeshVolume MinorAxisLength Sphericity SurfaceArea SurfaceVolumeRatio
        VoxelVolume""",
    "shape2D": """Elongation MajorAxisLength MaximumDiameter MeshSurface MinorAxisLength Perimeter
        PerimeterSurfaceRatio PixelSurface Sphericity""",
}

# Off unless named in the parameter file.
DEPRECATED = {
    "firstorder": ("StandardDeviation",),
    "shape": ("Compactness1", "Compactness2", "SphericalDisproportion"),
    "shape2D": ("SphericalDisproportion",),
}

# May be named, but PyRadiomics gives no column for them; the reason is what its documentation says they equal.
REMOVED = {
    "glcm": {
        "Dissimilarity": "it equals DifferenceAverage",
        "Homogeneity1": "it equals Id",
        "Homogeneity2": "it equals Idm",
        "SumVariance": "it equals ClusterTendency",
    },
    "gldm": {
        "GrayLevelNonUniformityNormalized": "it equals Uniformity of class firstorder",
        "DependencePercentage": "it is always 1",
    },
}

CLASSES = tuple(_PLAIN)


def default_names(feature_class: str) -> tuple[str, ...]:
    """What a class gives when no feature of it is named, in PyRadiomics' order."""
    return tuple(_PLAIN[feature_class].split())


def known_names(feature_class: str) -> list[str]:
    """Every name that a parameter file may ask for."""
    removed = REMOVED.get(feature_class, {})
    return [*default_names(feature_class), *DEPRECATED.get(feature_class, ()), *removed]


def columns(feature_class: str, asked: tuple[str, ...]) -> list[str]:
    """The features that get a column, in order; all that are not deprecated where none is asked for."""
    removed = REMOVED.get(feature_class, {})
    return [name for name in dict.fromkeys(asked or default_names(feature_class)) if name not in removed]

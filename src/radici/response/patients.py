"""What became of each patient beside the scans: the noun that censoring, benefit and landmarks read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """One patient's follow-up, in days since time zero (treatment start or randomisation); None where not known.

    Parameters
    ----------
    death
        Day of death of any cause.
    last_contact
        Last day on which the patient is known to have been alive.
    new_therapy
        Start of another anti-cancer therapy.
    treatment_end
        Day on which treatment was stopped for any reason.
    on_treatment
        Last day on which treatment is known to have gone on, where it was not stopped.
    ecog_baseline, ecog_worst
        Performance status at baseline, and the worst of the first two months.
    site
        Centre.
    """

    patient: str = ""
    death: int | None = None
    last_contact: int | None = None
    new_therapy: int | None = None
    treatment_end: int | None = None
    on_treatment: int | None = None
    ecog_baseline: int | None = None
    ecog_worst: int | None = None
    site: str = ""

"""The words of a report, in our own short explanations."""

from reports.compliance import Term

GLOSSARY = tuple(
    Term(term=term, meaning=meaning)
    for term, meaning in (
        ("Asset owner", "The organisation that answers for the IACS and runs it."),
        ("Boundary device", "The firewall, gateway or switch on which a conduit ends and its rules are enforced."),
        ("Compensating countermeasure", "Another measure that gives the protection which a requirement asks for."),
        ("Conduit", "The way by which two zones talk, with the flows that are declared on it."),
        ("CSAF", "The machine-readable form in which makers publish security advisories."),
        ("CSMS", "Cyber security management system: how security is run, step by step, after IEC 62443-2-1."),
        ("Essential function", "What the plant must keep doing for health, safety, environment and supply."),
        (
            "FR 1 to FR 7",
            "The seven foundational requirements: identification, use control, integrity, confidentiality, restricted data flow, timely response, availability.",
        ),
        ("IACS", "Industrial automation and control system: people, hardware, software and rules that run the plant."),
        ("KEV", "A public list of vulnerabilities that attackers are known to use."),
        (
            "Match",
            "An asset that an advisory may concern, with the verdict: affected, fixed, not affected, or to be decided.",
        ),
        (
            "Maturity level, ML 1 to 4",
            "How firmly a requirement is met: done at all, written down, lived on site, improved by figures.",
        ),
        (
            "Priority",
            "How soon a match is dealt with, after SSVC: Act at once, Attend to it soon, Track* closely, Track with the rest.",
        ),
        ("Purdue level", "The height of a zone in the plant, from 0 at the process to 5 outside; 3.5 is the DMZ."),
        (
            "SL-T, SL-A, SL-C",
            "Target, achieved and certified security level, 0 to 4, one value for each foundational requirement.",
        ),
        ("SUC", "System under consideration: what a risk assessment is about, with its boundary."),
        ("Zone", "Assets that need the same protection and are kept together."),
    )
)

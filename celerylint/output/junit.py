"""Findings as failed tests: JUnit's XML, as Jenkins and GitLab read it.

Its elements and attributes are those of `junit-10.xsd` of Jenkins' xUnit plugin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree as ET

from celerylint.finding import Severity
from celerylint.output.links import rule_url
from celerylint.output.rendered import Told, told
from celerylint.output.screen import visible
from celerylint.report import Report


def lines(reports: Sequence[Report], folder: Path) -> Iterator[str]:
    """Yield the document: a suite per file, a failed test per finding.

    What is only worth knowing counts as skipped. Where nothing was found there is one test that
    passed, as a report without tests counts as a mistake in many places.
    """
    root = ET.Element("testsuites", name="celerylint")
    groups = groupby(told(reports, folder), key=lambda each: visible(each.spot.path))
    suites = [_suite(path, tuple(group)) for path, group in groups]
    root.extend(suites or [_passed()])
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    # Other characters than those of ASCII become references, so that any stream can take it.
    yield ET.tostring(root).decode("ascii")


def _passed() -> ET.Element:
    suite = _suite("celerylint", ())
    ET.SubElement(suite, "testcase", classname="celerylint", name="Celery configuration", time="0")
    suite.set("tests", "1")
    return suite


def _suite(path: str, findings: Sequence[Told]) -> ET.Element:
    skipped = sum(each.finding.severity is Severity.INFO for each in findings)
    suite = ET.Element("testsuite", name=path)
    counts = {"tests": len(findings), "failures": len(findings) - skipped, "errors": 0}
    for count, number in (*counts.items(), ("skipped", skipped)):
        suite.set(count, str(number))
    suite.set("time", "0")
    seen: Counter[str] = Counter()
    for each in findings:
        # The name stays the same from run to run, so it tells no line.
        name = f"{each.finding.code} {visible(each.finding.setting or each.finding.name)}"
        seen[name] += 1
        unique = f"{name} ({seen[name]})" if seen[name] > 1 else name
        case = ET.SubElement(suite, "testcase", classname=path, name=unique, file=path)
        case.set("line", str(each.spot.start.line))
        case.set("time", "0")
        case.append(_failure(each))
    return suite


def _failure(each: Told) -> ET.Element:
    spot, severity = each.spot, each.finding.severity
    result = ET.Element("skipped" if severity is Severity.INFO else "failure")
    result.set("type", severity.value)
    result.set("message", visible(each.message))
    place = f"{spot.path}:{spot.start.line}:{spot.start.column}"
    url = rule_url(each.finding.code)
    more = (*each.advice, *((url,) if url else ()))
    texts = (f"{place}: {each.finding.code} {each.message}", *more)
    # What is visible can stand in XML, which knows no control characters.
    result.text = "\n".join(map(visible, texts))
    return result

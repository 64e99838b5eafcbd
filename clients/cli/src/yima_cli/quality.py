"""Commands about how good stored data is: rules, findings, grades and reports; and which data there is."""

import base64
from pathlib import Path

import click
from yima_client.errors import Refused

from yima_cli.choices import REPORT_FORMATS, REVIEW_STATUSES, REVIEW_VERDICTS, SEVERITIES, code_of
from yima_cli.person import OUTPUT, Person, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def quality() -> None:
    """How good stored data is: rules, findings, grades, reports; and which data there is."""


@quality.command()
@signed_in
def rules(me: Person) -> None:
    """Show the rules that stored data is examined by: what is so where one is broken, and what to do.

    \b
    Example:
      yima quality rules
    """
    me.show(me.run("quality-rules"))


@quality.command()
@click.option("--rule", default="", help="Only of this rule.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only of this severity.")
@click.option("--also-gone", is_flag=True, help="Those, too, that are so no more.")
@signed_in
def findings(me: Person, rule: str, severity: str | None, also_gone: bool) -> None:
    """List what was found of the resources that your institution sent, the last first. Correct them, and send them
    again: what is so no more is gone.

    \b
    Examples:
      yima quality findings
      yima quality findings --severity error
      yima quality findings --rule systolic-range --also-gone
    """
    me.show(me.every("quality-findings", rule=rule, severity=code_of(severity), alsoGone=also_gone))


@quality.command()
@click.option("--month", default="", help="Such as 2026-11; else every month.")
@click.option("--institution", "institution_id", default=None, help="Whose, for operators and regulators.")
@signed_in
def grades(me: Person, month: str, institution_id: str | None) -> None:
    """Show how good what came is, by kind and month: A to E, as good as the worst part.

    \b
    Examples:
      yima quality grades
      yima quality grades --month 2026-11
    """
    me.show(me.every("quality-grades", month=month, institutionId=institution_id))


@quality.command()
@click.option("--institution", "institution_id", default=None, help="Whose, for operators and regulators.")
@signed_in
def reports(me: Person, institution_id: str | None) -> None:
    """List the monthly reports, the last issued first.

    \b
    Example:
      yima quality reports
    """
    me.show(me.every("quality-reports", institutionId=institution_id))


@quality.command()
@click.option("--month", default="", help="Such as 2026-10; else the last one issued.")
@click.option(
    "--format", "form", type=click.Choice(REPORT_FORMATS), default="pdf", show_default=True, help="Of the file."
)
@OUTPUT
@signed_in
def report(me: Person, month: str, form: str, output: Path | None) -> None:
    """Fetch your institution's report of a month, as PDF or JSON.

    \b
    Example:
      yima quality report --month 2026-10 -o october.pdf
    """
    issued = [each for each in me.every("quality-reports") if month in ("", each["month"])]
    if not issued:
        none = f"there is no report of {month or 'any month'} yet; it is issued in the month after"
        raise me.refusing(Refused("quality-reports", "not-found", none, "month"))
    document = me.run("quality-report-document", reportId=issued[0]["id"], format=code_of(form))
    me.save(base64.b64decode(document["content"]), output)


@quality.command()
@click.option("--status", type=click.Choice(REVIEW_STATUSES), help="Only of this status; else what waits.")
@click.option("--overdue", is_flag=True, help="Only what should be settled by now.")
@click.option("--also-judged", is_flag=True, help="Those, too, that you have judged.")
@signed_in
def reviews(me: Person, status: str | None, overdue: bool, also_judged: bool) -> None:
    """List the resources that wait for people to judge them, as an operator with the duty QUALITY.

    \b
    Examples:
      yima quality reviews
      yima quality reviews --overdue
    """
    me.show(me.every("quality-reviews", status=code_of(status), overdueOnly=overdue, alsoJudged=also_judged))


@quality.command()
@click.argument("review")
@signed_in
def look(me: Person, review: str) -> None:
    """Look at what a review is about: the resource, without whose it is. The resident's log says that you did.

    \b
    Example:
      yima quality look qrv_01a20bd0bf3b7502be49a80bb734726c
    """
    me.show(me.run("look-at-review", qualityReviewId=review))


@quality.command()
@click.argument("review")
@click.argument("verdict", type=click.Choice(REVIEW_VERDICTS))
@click.option("--note", default="", help="Why, in your words.")
@signed_in
def judge(me: Person, review: str, verdict: str, note: str) -> None:
    """Judge a resource that you have looked at. Two who judge alike settle it; where they differ a third decides.

    \b
    Examples:
      yima quality judge qrv_01a20bd0bf3b7502be49a80bb734726c sound
      yima quality judge qrv_01a20bd0bf3b7502be49a80bb734726c wrong --note "no such unit for it"
    """
    me.show(me.run("judge-resource", qualityReviewId=review, verdict=code_of(verdict), note=note))


@quality.command()
@click.option("--type", "information_type", default="", help="Only of this type of information, such as laboratory.")
@click.option("--kind", "resource_type", default="", help="Only of this kind of resource, such as Observation.")
@click.option("--since", default="", help="Only what reaches to this day or beyond, such as 2026-11-01.")
@signed_in
def catalogue(me: Person, information_type: str, resource_type: str, since: str) -> None:
    """Show which data there is, from whom, how fresh and how good. It counts nobody.

    \b
    Examples:
      yima quality catalogue
      yima quality catalogue --type laboratory --since 2026-01-01
    """
    me.show(me.every("resource-catalogue", informationType=information_type, resourceType=resource_type, since=since))

"""The audit log's page, and the words for every action that the code records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from survey_app.services import audit_log
from survey_app.services.access import Permission
from survey_app.services.audit_log import AuditFilter
from survey_app.services.days import day_begins
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.forms import EARLIEST_YEAR, LATEST_YEAR
from survey_app.web.keys import key

ACTIONS: Mapping[str, LazyString] = {
    "activity_changed": _l("changed an entry of the ledger"),
    "activity_recorded": _l("made an entry in the ledger"),
    "activity_removed": _l("removed an entry of the ledger"),
    "ballot_corrected": _l("corrected a keyed ballot"),
    "ballot_removed": _l("deleted a keyed ballot"),
    "ballot_settled": _l("settled a ballot that was keyed differently"),
    "batch_reconciled": _l("reconciled a batch of ballots"),
    "campaign_changed": _l("changed a campaign"),
    "campaign_created": _l("began a campaign"),
    "collector_added": _l("added a collector"),
    "collector_changed": _l("changed the settings of a collector"),
    "collector_closed": _l("closed a collector"),
    "collector_moved": _l("moved a collector"),
    "collector_opened": _l("opened a collector"),
    "collector_paused": _l("paused a collector"),
    "collector_reopened": _l("reopened a collector"),
    "collector_resumed": _l("resumed a collector"),
    "figure_rule_added": _l("added a rule of figures"),
    "figure_rules_chosen": _l("chose the rules of a survey's figures"),
    "indicators_changed": _l("changed the index tree of a campaign"),
    "figures_exported": _l("exported all figures of a campaign"),
    "interviews_made": _l("made interviews by telephone"),
    "composite_declared": _l("declared or withdrew a composite of audiences"),
    "comment_theme_added": _l("added a theme of comments"),
    "comment_theme_removed": _l("removed a theme of comments"),
    "comments_held": _l("held comments back"),
    "comments_masked": _l("masked more of a comment"),
    "comments_put_back": _l("put comments back to be decided"),
    "comments_read": _l("read comments"),
    "comments_released": _l("released comments"),
    "comments_themed": _l("put comments under a theme"),
    "comments_unthemed": _l("took comments from a theme"),
    "invitation_outcomes_counted": _l("entered what became of unused codes"),
    "invitations_issued": _l("issued single-use codes"),
    "invitations_reissued": _l("issued single-use codes anew"),
    "invitations_revoked": _l("revoked single-use codes"),
    "known_total_kept": _l("entered known totals of a survey"),
    "known_total_removed": _l("removed known totals of a survey"),
    "member_added": _l("added a member to a team"),
    "member_removed": _l("took a member out of a team"),
    "paper_batch_changed": _l("changed a batch of paper"),
    "paper_batch_closed": _l("closed a batch of paper"),
    "paper_batch_created": _l("began a batch of paper"),
    "paper_batch_removed": _l("removed a batch of paper"),
    "participation_floor_set": _l("set the participation floor of a survey"),
    "password_changed": _l("changed the own password"),
    "password_reset": _l("reset a user's password"),
    "posting_added": _l("added a posting"),
    "posting_changed": _l("changed a posting"),
    "posting_removed": _l("removed a posting"),
    "proxy_limits_changed": _l("changed where suspicion of proxy filling begins"),
    "questionnaire_archived": _l("archived a questionnaire"),
    "questionnaire_copied": _l("took a questionnaire from the templates"),
    "questionnaire_created": _l("began a questionnaire"),
    "questionnaire_imported": _l("imported a questionnaire"),
    "questionnaire_offered": _l("offered a questionnaire as a template"),
    "questionnaire_published": _l("published a questionnaire"),
    "questionnaire_renamed": _l("renamed a questionnaire"),
    "questionnaire_restored": _l("restored a questionnaire"),
    "questionnaire_withdrawn": _l("offered a template no longer"),
    "responses_erased": _l("erased the responses of a survey"),
    "responses_imported": _l("imported ballots"),
    "responses_restored": _l("let ballots count again"),
    "responses_voided": _l("left ballots out of the figures"),
    "role_granted": _l("granted a role"),
    "role_revoked": _l("took a role away"),
    "round_added": _l("added a round"),
    "round_changed": _l("changed a round"),
    "round_removed": _l("removed a round"),
    "sample_loaded": _l("loaded the sample data"),
    "sign_in_refused": _l("was refused at sign-in"),
    "signed_in": _l("signed in"),
    "survey_closed": _l("closed a survey"),
    "survey_created": _l("prepared a survey"),
    "survey_moved": _l("moved a survey to a newer version"),
    "survey_opened": _l("opened a survey"),
    "survey_paused": _l("paused a survey"),
    "survey_reopened": _l("reopened a survey"),
    "survey_resumed": _l("resumed a survey"),
    "survey_revised": _l("changed a survey"),
    "survey_tidied": _l("removed what could tie responses to something outside"),
    "survey_unsealed": _l("unsealed a survey"),
    "team_added": _l("added a team"),
    "team_changed": _l("changed a team"),
    "team_removed": _l("removed a team"),
    "token_made": _l("made a personal token"),
    "token_revoked": _l("revoked a personal token"),
    "token_used": _l("read with a personal token, for the first time that day"),
    "unit_changed": _l("changed a unit"),
    "unit_closed": _l("closed a unit"),
    "unit_created": _l("added a unit"),
    "unit_moved": _l("moved a unit"),
    "unit_reopened": _l("reopened a unit"),
    "user_closed": _l("closed a user's account"),
    "user_created": _l("made a user"),
    "user_renamed": _l("changed a user's name"),
    "user_reopened": _l("reopened a user's account"),
    "visit_cancelled": _l("cancelled a return visit"),
    "visit_record_changed": _l("corrected the record of a return visit"),
    "visit_recorded": _l("recorded a return visit"),
    "visit_scheduled": _l("agreed the date of a return visit"),
}
"""Words for what the services record. A test reads the services and fails on an action without words."""

SUBJECTS: Mapping[str, LazyString] = {
    "access_token": _l("personal token"),
    "activity_record": _l("entry of the ledger"),
    "batch": _l("batch"),
    "campaign": _l("campaign"),
    "collector": _l("collector"),
    "member": _l("member"),
    "posting": _l("posting"),
    "questionnaire": _l("questionnaire"),
    "return_visit": _l("return visit"),
    "round": _l("round"),
    "survey": _l("survey"),
    "unit": _l("unit"),
    "user": _l("user"),
    "work_team": _l("work team"),
}


def register(blueprint: Blueprint) -> None:
    """Put the page on the blueprint."""
    blueprint.add_url_rule("/audit/", view_func=audit)
    blueprint.add_app_template_filter(action_words, "audit_action")
    blueprint.add_app_template_filter(subject_words, "audit_subject")


@allowed(Permission.READ_AUDIT)
def audit() -> ResponseReturnValue:
    """Show the log, newest first."""
    first, last = _day("since"), _day("until")
    action = request.args.get("action", "")
    wanted = AuditFilter(
        action=action if action in ACTIONS else "",
        actor_id=request.args.get("person", type=key),
        since=day_begins(first) if first is not None else None,
        until=day_begins(last + timedelta(days=1)) if last is not None else None,
    )
    page = audit_log.read(
        context.database(), actor=context.actor(), wanted=wanted, before=request.args.get("before", type=key)
    )
    actions = sorted(((each, action_words(each)) for each in page.actions), key=lambda pair: pair[1])
    filters = {
        "action": wanted.action or None,
        "person": wanted.actor_id,
        "since": first.isoformat() if first is not None else None,
        "until": last.isoformat() if last is not None else None,
    }
    return render_template("accounts/audit.html", page=page, actions=actions, filters=filters)


def action_words(action: str) -> str:
    """Return the words for an action; one from an older or newer version of the program stands as it is."""
    return str(ACTIONS.get(action, action))


def subject_words(kind: str) -> str:
    """Return the words for what an action was done to."""
    return str(SUBJECTS.get(kind, kind))


def _day(name: str) -> date | None:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if EARLIEST_YEAR <= day.year <= LATEST_YEAR else None

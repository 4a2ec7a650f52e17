"""What differs between local and AWS is a table, and each line of it is held by tests that are there."""

from __future__ import annotations

import ast
import re

import pytest
from tests.guide.pages import DOCS, ROOT

from coworks.deploy.options import ServiceOptions
from coworks.local.queues.mapping import pause_after
from coworks.project.settings import MAX_RECEIVES

PAGE = (DOCS / "local_and_aws.md").read_text(encoding="utf-8")
LINES = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \|$", PAGE, re.MULTILINE)

HELD_BY = {
    "a service without `auth` and without `public = True`": (
        "cli/test_check.py::test_warnings_fail_only_when_they_shall",
        "deploy/test_templates.py::test_what_cannot_be_deployed_is_refused_with_its_fix",
    ),
    "`auth`": (
        "local/test_gateway.py::test_auth_decides",
        "tech/test_authorizers.py::test_a_policy_holds_the_routes_of_the_token_and_the_public_entries",
    ),
    "orders and messages": (
        "local/test_connect.py::test_a_service_gives_an_order_to_another_which_http_would_not_let_in",
        "deploy/test_templates.py::test_who_leaves_orders_in_a_queue_may_send_to_it_alone",
        "deploy/test_templates.py::test_a_workflow_may_call_the_services_it_names_and_its_schedules_start_it",
    ),
    "a slash in a path value, written `%2F`": (
        "local/test_gateway.py::test_path_query_and_headers_arrive_as_they_were_sent",
        "tech/test_decoded_once.py::test_payload_2",
    ),
    "the size of a request": ("local/test_gateway.py::test_a_body_over_10_mb_is_413",),
    "a service's process": ("deploy/test_boot.py::test_the_package_answers_at_the_doors_of_http",),
    "logs": (
        "tech/test_logs.py::test_only_a_lambda_changes_the_logs_of_its_process",
        "tech/test_logs.py::test_a_record_is_one_json_object_with_its_extras",
    ),
    "answers of idempotent entries": (
        "tech/test_answer_stores.py::test_the_environment_says_where_answers_are_kept",
        "deploy/test_templates.py::test_answers_of_idempotent_entries_have_a_table_that_forgets",
    ),
    "the FIFO queue of a service": (
        "local/queues/test_project_queues.py::test_an_order_left_in_a_queue_is_done",
        "deploy/test_templates.py::test_a_fifo_queue_keeps_the_order_of_groups",
        "deploy/test_templates.py::test_what_cannot_be_deployed_is_refused_with_its_fix",
    ),
    "a message that fails": (
        "guide/test_local_and_aws.py::test_the_pauses_of_a_queue_are_those_of_the_table",
        "deploy/test_templates.py::test_messages_that_failed_are_told_one_by_one_and_end_with_the_dead",
    ),
    "a message that failed three times": (
        "cli/test_queues.py::test_what_fails_three_times_is_a_dead_letter_and_can_be_sent_again",
        "deploy/test_templates.py::test_messages_that_failed_are_told_one_by_one_and_end_with_the_dead",
    ),
    "a service that fails at an event or a notification": (
        "local/test_bus.py::test_a_service_that_fails_is_called_after_one_and_two_minutes_more",
        "deploy/test_templates.py::test_a_service_hears_of_its_events_topics_and_buckets",
    ),
    "a workflow as a resource": ("local/test_workflows.py::test_a_post_starts_it_and_says_where_to_look",),
    "an `http` trigger": (
        "local/test_http_triggers.py::test_it_is_accepted_and_told_where_to_look",
        "deploy/test_templates.py::test_addresses_of_workflows_ask_for_a_signature",
        "deploy/test_templates.py::test_what_cannot_be_deployed_is_refused_with_its_fix",
    ),
    "`every`": ("biz/test_triggers.py::test_every_ticks_at_multiples_of_its_period",),
    "a schedule while nothing runs": (
        "local/test_schedules.py::test_a_machine_that_slept_makes_up_for_nothing",
    ),
    "a bucket of a trigger": (
        "local/test_bucket_watch.py::test_a_file_starts_the_workflow_once_it_stands_still",
        "local/aws/test_stored_files.py::test_a_file_that_is_put_is_told",
        "deploy/test_templates.py::test_every_trigger_leads_to_the_workflow",
    ),
    "a topic, a queue of a trigger": (
        "local/test_bus.py::test_a_message_reaches_those_whose_filter_it_passes",
        "local/queues/test_project_queues.py::test_a_message_starts_a_workflow_once_under_its_id",
        "deploy/test_templates.py::test_every_trigger_leads_to_the_workflow",
    ),
    "mails of the predefined service": ("local/mail/test_box.py::test_a_mail_is_kept_with_its_envelope",),
    "account and region": ("local/aws/test_scenario.py::test_the_caller_is_nobody_on_this_machine",),
    "`permissions`": (
        "local/aws/test_scenario.py::test_what_is_not_ours_is_done_by_moto_for_services_too",
        "deploy/test_templates.py::test_a_service_may_do_what_it_declares_and_needs_and_nothing_else",
        "deploy/test_templates.py::test_a_declared_permission_lets_a_workflow_call_aws",
    ),
    "`secrets`": ("deploy/test_templates.py::test_secrets_are_references_and_never_values",),
    "`APPROVAL_SECRET`": ("catalog/test_approval.py::test_a_missing_secret_is_told",),
    "AWS's quotas of an execution": (
        "engine/test_quotas.py::test_a_payload_has_256_kib_unless_the_quota_is_lifted",
        "engine/test_quotas.py::test_refusals_say_which_setting_lifts_the_quota",
    ),
    "children of a distributed Map of type `EXPRESS`": (
        "engine/test_map_runs.py::test_express_children_may_take_five_minutes",
    ),
    "the log of a state machine": ("engine/test_event_log.py::test_a_record_is_that_of_cloudwatch",),
    "tags and tracing of a state machine": ("engine/api/test_machines.py::test_what_was_given_is_told_back",),
}


def test_the_pauses_of_a_queue_are_those_of_the_table() -> None:
    assert "comes back after 1, 2, 4, ... seconds" in PAGE
    assert [pause_after(times) for times in (1, 2, 3)] == [1, 2, 4]
    assert MAX_RECEIVES == ServiceOptions().max_receives == 3
    assert "| a message that failed three times |" in PAGE


def test_each_line_of_the_table_names_its_tests() -> None:
    assert [line for line in LINES if line not in HELD_BY] == []
    assert [line for line in HELD_BY if line not in LINES] == []


@pytest.mark.parametrize("name", sorted({name for names in HELD_BY.values() for name in names}))
def test_a_test_that_holds_a_line_is_there(name: str) -> None:
    file, _, function = name.partition("::")
    module = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert function in {one.name for one in module.body if isinstance(one, ast.FunctionDef)}

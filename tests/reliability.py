"""The rows of reliability and security, each with its number, what must hold, and the tests that show it.

docs/reliability.md is made of them (`make rows`); a run of the whole suite ends with a line for each (`Holding`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.running import ROOT

PAGE: Final = ROOT / "docs" / "reliability.md"


@dataclass(frozen=True, slots=True)
class Row:
    """What must hold.

    tests       those that show it, as `file::function` without `tests/` and `.py`
    long_form   the command that shows it for longer
    instead     what holds where it does not hold as it is written, and why
    """

    id: str
    what: str
    tests: tuple[str, ...]
    long_form: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What a long form said last: the command, the day, and its own words."""

    command: str
    day: str
    said: str


DELIVERY: Final = (
    Row(
        "R1",
        "An update that comes two to five times, in order or at once, over a restart: its effect comes once.",
        (
            "test_webhook::test_updates_brought_two_to_five_times_by_eight_workers_over_a_restart_have_one_effect_each",
            "test_reliability::test_an_update_delivered_five_times_has_one_effect",
        ),
        "make chaos",
    ),
    Row(
        "R2",
        "Ids of updates that jump back, leave gaps or come out of order: none is dropped, none is done twice.",
        (
            "test_reliability::test_ids_that_jump_back_are_not_lost",
            "test_seen_ids::test_an_id_is_a_repeat_within_two_days_and_a_new_update_after_a_week",
            "test_seen_ids::test_ids_that_were_seen_are_forgotten_every_hour",
        ),
    ),
    Row(
        "R3",
        "`kill -9` at each named point and at random: no update lost, no add, change, deletion or code doubled.",
        (
            "test_kills::test_after_a_kill_at_a_named_point_the_story_is_finished_and_the_books_agree",
            "test_kills::test_a_story_comes_past_every_named_point",
            "test_reliability::test_a_draft_survives_kill_9",
            "test_many::test_a_plan_that_is_killed_midway_is_finished_and_each_name_is_sent_once",
            "test_telegram_troubles::test_a_kill_while_a_document_is_made_leaves_no_message_behind",
            "test_telegram_troubles::test_what_the_process_died_of_four_times_is_told_and_what_waited_behind_it_is_done",
        ),
        "make chaos",
    ),
    Row(
        "R4",
        "SMSC does the deed and its answer is lost, cut, a page or empty: the outcome is read back, nothing is"
        " repeated.",
        (
            "test_reliability::test_a_lost_answer_to_add_is_looked_up_and_nothing_is_sent_twice",
            "test_reliability::test_a_lost_answer_to_delete_is_looked_up",
            "test_reliability::test_a_lost_answer_to_change_with_a_document_is_looked_up",
            "test_reliability::test_a_lost_answer_to_a_code_is_never_sent_again_by_itself",
            "smsc/test_exchange::test_a_change_is_never_made_twice",
            "smsc/test_exchange::test_an_answer_that_comes_twice_is_not_the_answer_to_the_next_request",
            "smsc/test_exchange::test_a_compressed_answer_is_refused_unread",
            "smsc/test_exchange::test_a_body_that_drips_is_no_answer",
            "smsc/test_exchange::test_headers_that_drip_are_no_answer",
            "smsc/test_damage::test_a_page_is_never_taken_for_a_success",
        ),
        "make outside",
    ),
    Row(
        "R5",
        "Where reading back fails too, it stays visibly unknown and is looked for again until it is told how it ended.",
        ("test_reliability::test_a_look_that_fails_is_made_again_until_it_tells",),
    ),
    Row(
        "R6",
        "Telegram asks to wait, fails or hangs: that chat waits just so long, others do not, nothing to tell is lost.",
        (
            "test_reliability::test_telegram_asking_to_wait_loses_nothing",
            "test_reliability::test_telegram_failing_for_a_while_loses_nothing",
            "test_fault_table::test_a_screen_comes_once_whatever_becomes_of_the_call",
            "test_fault_table::test_a_screen_comes_whatever_becomes_of_the_answer",
            "test_fault_table::test_a_file_that_does_not_come_is_fetched_again_and_then_told_of",
            "test_fault_table::test_a_document_that_goes_up_is_not_sent_again_whatever_becomes_of_it",
            "test_delivery::test_a_chat_waits_as_long_as_telegram_has_it_wait_while_others_are_answered",
            "test_delivery::test_nothing_is_sent_into_a_chat_while_telegram_holds_it_and_only_the_last_screen_comes",
            "test_delivery::test_a_tap_is_acknowledged_and_others_are_served_while_telegram_holds_a_chat",
            "test_delivery::test_receipts_keep_their_order_and_none_is_lost_or_told_twice_while_telegram_holds_a_chat",
            "test_delivery::test_a_restart_does_not_call_before_telegrams_time",
        ),
    ),
    Row(
        "R7",
        "SMSC's limits (error 9) are never provoked; where it comes anyway, the request waits and goes through.",
        (
            "test_reliability::test_the_limits_of_smsc_are_never_hit",
            "test_reliability::test_an_error_9_that_comes_anyway_is_waited_for",
            "smsc/test_exchange::test_only_so_many_at_once_and_the_rest_in_turn",
        ),
    ),
    Row(
        "R8",
        "SMSC blocks the server (error 4): people are told, and one probe at a time goes out.",
        (
            "test_limits::test_a_blocked_server_is_told_as_that_wherever_one_meets_it",
            "test_limits::test_strangers_wait_before_smsc_blocks_the_server_and_customers_do_not",
        ),
    ),
    Row(
        "R9",
        "A refused key (error 2) is never tried again by itself; the account is paused; a person has three tries.",
        (
            "test_reliability::test_an_error_2_pauses_the_account",
            "test_accounts::test_a_refused_key_is_asked_about_once_and_then_only_at_a_wish",
            "test_limits::test_one_person_has_three_tries_and_the_clock_gives_no_more",
        ),
    ),
    Row(
        "R10",
        "Webhook: no secret or a wrong one, a body too large, slow or no JSON: 401, 413, 400; nothing is read or kept.",
        (
            "test_webhook::test_nobody_gets_in_without_the_secret",
            "test_webhook::test_what_is_no_update_is_refused",
            "test_webhook::test_two_megabytes_are_not_read",
            "test_webhook::test_a_body_that_does_not_come_is_not_waited_for",
            "test_webhook::test_what_nobody_understands_is_taken_and_the_next_is_answered",
            "test_webhook::test_too_many_at_once_are_put_off",
        ),
    ),
    Row(
        "R11",
        "A button that is old, of a former version or after a restart: no error, the screen is drawn anew.",
        (
            "test_buttons::test_what_former_versions_put_on_peoples_screens_is_understood",
            "test_buttons::test_a_button_of_another_time_is_told_to_be_old_at_home_and_above_the_open_form",
            "test_bad_input::test_a_stale_button_draws_what_is_there_now",
        ),
    ),
    Row(
        "R12",
        "What Telegram refuses (not modified, gone, blocked, migrated) has one meaning each; a blocked chat pauses.",
        (
            "test_delivery::test_each_refusal_has_one_meaning",
            "test_delivery::test_what_telegram_says_means_the_same_whatever_the_number_of_its_error",
            "test_groups::test_a_group_that_became_a_supergroup_gets_its_line",
            "test_delivery::test_nothing_is_kept_for_an_account_that_is_deactivated",
        ),
    ),
    Row(
        "R13",
        "Two processes on one token or on one file: the second leaves with one line, the first goes on.",
        (
            "test_reliability::test_a_second_process_leaves_with_one_line",
            "test_reliability::test_a_second_process_with_the_same_token_leaves_and_the_first_goes_on",
        ),
    ),
    Row(
        "R14",
        "The disk is full, the file cannot be written or is locked, the clock is set: no damage, it goes on when"
        " it can.",
        (
            "test_locked_file::test_a_file_that_is_locked_for_a_minute_costs_nobody_anything",
            "test_locked_file::test_a_file_that_becomes_read_only_in_the_midst_of_work_costs_nobody_anything",
            "test_alerts::test_that_nothing_can_be_written_is_told_though_nothing_can_be_written",
            "test_webhook::test_what_cannot_be_stored_is_not_acknowledged_and_answered_once_later",
            "test_clock::test_a_request_that_waits_a_minute_waits_a_minute_when_the_clock_is_set_back",
            "test_clock::test_an_old_list_is_not_shown_as_fresh_when_the_clock_is_set",
        ),
    ),
    Row(
        "R15",
        "An upgrade with live drafts of a former version: they go on, or begin anew with their answers kept.",
        (
            "test_upgrade::test_a_hundred_people_in_the_midst_of_forms_go_on_after_an_upgrade",
            "test_upgrade::test_whoever_was_in_the_midst_of_something_goes_on_after_an_upgrade",
            "test_flows::test_a_draft_of_a_former_version_keeps_its_answers",
            "test_flows::test_a_form_of_version_0_1_0_goes_on_with_its_answers",
            "test_events::test_the_journal_of_a_former_version_is_taken_over",
        ),
    ),
    Row(
        "R16",
        "A backup that is made under load, and a restore of it, are equal row for row.",
        (
            "test_keeping::test_a_backup_under_load_is_equal_row_for_row",
            "test_keeping::test_a_backup_that_is_killed_leaves_nothing_that_is_taken_for_one",
            "test_keeping::test_a_restore_is_not_undone_by_the_log_that_lies_there",
        ),
    ),
    Row(
        "R17",
        "15 000 names of one account are paged and searched, read beside the event loop.",
        (
            "test_reliability::test_fifteen_thousand_names_are_paged_and_searched",
            "smsc/test_exchange::test_a_long_list_is_read_beside_the_event_loop",
            "smsc/test_answers::test_fifteen_thousand_names",
        ),
        "make bench",
    ),
    Row(
        "R18",
        "Hours of work with failing answers: memory does not grow, nothing is stuck.",
        (
            "test_soak::test_after_much_work_with_failing_answers_nothing_is_stuck_and_nothing_runs_on",
            "test_soak::test_nothing_that_is_kept_in_memory_grows_with_everybody_who_ever_came",
        ),
        "make soak",
        instead="nothing is stuck or kept of everybody; memory grew by 2.9 % an hour in 18 minutes; no run of hours.",
    ),
    Row(
        "R19",
        "Random walks over every form: no dead end, Back undoes Next, the step follows from the answers alone.",
        (
            "test_flows::test_ten_thousand_random_steps_find_no_dead_end",
            "test_flows::test_every_step_can_be_answered_and_changed_from_the_summary",
        ),
    ),
    Row(
        "R20",
        "An exception at any await of a background task, altered or swapped rows, a locked file: the others are"
        " served.",
        (
            "test_awaits::test_a_fault_at_any_await_costs_nobody_else_anything",
            "test_supervision::test_a_fault_at_any_await_of_a_request_or_notice_costs_nobody_anything",
            "test_watch_troubles::test_a_fault_at_any_await_of_a_look_costs_nobody_anything",
            "test_unreadable_rows::test_two_swapped_keys_stop_nobody_and_their_owner_connects_again",
            "test_unreadable_rows::test_a_request_that_cannot_be_read_comes_to_an_end_that_is_told",
            "test_unreadable_rows::test_drafts_that_cannot_be_read_cost_only_the_drafts",
            "test_unreadable_rows::test_an_update_that_cannot_be_opened_is_told_of_and_set_aside",
            "test_unreadable_rows::test_a_notice_that_cannot_be_read_is_told_of",
            "test_unreadable_rows::test_a_stored_list_that_cannot_be_read_is_fetched_anew",
            "test_locked_file::test_a_file_that_is_locked_for_a_minute_costs_nobody_anything",
        ),
        ".venv/bin/python -m pytest tests/test_awaits.py -m long",
    ),
    Row(
        "R21",
        "Slow, hostile or many files of one person: another person's small file is answered within seconds.",
        (
            "test_job_queue::test_a_small_file_is_taken_while_anothers_endless_one_is_worked_on",
            "test_job_queue::test_a_persons_second_job_waits_behind_the_first_ones_of_others",
            "test_job_queue::test_a_pdf_that_would_take_too_long_is_refused_before_a_page_is_drawn",
        ),
        ".venv/bin/python -m tests.crowd",
    ),
    Row(
        "R22",
        "Strangers with wrong keys, over a restart: SMSC sees no more than the budget, customers go on.",
        (
            "test_limits::test_ten_strangers_at_the_same_moment_get_no_server_blocked",
            "test_limits::test_strangers_wait_before_smsc_blocks_the_server_and_customers_do_not",
        ),
    ),
    Row(
        "R23",
        "A batch with odd updates (surrogates, 1e400, depth, huge ids, null): the others are handled, it moves on.",
        (
            "test_odd_updates::test_between_odd_updates_of_every_kind_everybody_is_answered",
            "test_odd_updates::test_an_update_larger_than_any_answer_may_be_stops_nobody",
            "test_batch::test_those_before_and_after_an_odd_update_are_read",
            "test_batch::test_what_is_not_even_a_value_loses_no_update",
        ),
        "make fuzz",
    ),
    Row(
        "R24",
        "One login in two ways by five people, over restarts: no error 9 is provoked; requests are first in, first"
        " out.",
        (
            "test_limits::test_one_login_used_by_five_people_in_two_ways_never_provokes_error_9",
            "test_turns::test_twelve_adds_of_two_people_arrive_in_the_order_they_were_asked_for",
        ),
    ),
    Row(
        "R25",
        "Whoever blocks the bot and comes back is told, folded and once, what they should know.",
        (
            "test_delivery::test_whoever_blocked_the_bot_is_told_what_became_of_a_request_when_they_come_back",
            "test_delivery::test_several_things_are_told_in_one_message",
            "test_delivery::test_a_receipt_that_was_on_its_way_when_the_bot_was_blocked_is_told_later",
        ),
    ),
)
SECURITY: Final = (
    Row(
        "S1",
        "Forged buttons: others' ids, altered, too long, repeated, from another chat: none does anything.",
        (
            "test_bad_input::test_forged_buttons_do_nothing",
            "test_accounts::test_a_forgotten_account_is_gone_and_its_buttons_do_nothing",
            "test_buttons::test_what_nobody_says_is_an_old_button",
        ),
        "make outside",
    ),
    Row(
        "S2",
        "In groups and channels, by administrators and bots: nothing of an account is shown.",
        (
            "test_groups::test_what_is_asked_in_a_group_goes_on_in_private",
            "test_groups::test_what_is_not_said_to_the_bot_is_not_answered",
            "test_groups::test_a_button_in_somebody_elses_hands_does_nothing_for_them",
            "test_groups::test_a_card_that_is_put_into_a_group_is_not_answered",
            "test_anywhere_but_here::test_commands_and_buttons_do_nothing_outside_the_private_chat",
        ),
    ),
    Row(
        "S3",
        "Token, key, password, code are in no log, metric, exception, page of the file, backup, temporary file, process"
        " list, child's environment, screen.",
        (
            "test_reliability::test_no_secret_stands_in_the_file_or_the_log",
            "test_reliability::test_no_secret_is_in_what_is_said_of_a_failure",
            "test_confinement::test_it_sees_no_secret_and_no_file_of_the_bot",
            "smsc/test_secrets::test_no_secret_in_errors_and_logs",
            "smsc/test_secrets::test_nothing_prints_what_it_holds",
            "test_monitoring::test_what_a_person_does_is_counted_and_nothing_says_who_they_are",
            "test_monitoring::test_what_the_update_did_stands_in_one_line_without_a_word_of_it",
            "test_privacy::test_a_person_takes_with_them_what_is_kept_and_finds_no_key_in_it",
        ),
    ),
    Row(
        "S4",
        "The message that carried a key is deleted on reception; where it cannot be, its person is told.",
        (
            "test_delivery::test_a_message_with_a_key_is_deleted_though_the_chat_is_busy",
            "test_delivery::test_a_key_that_came_before_a_crash_is_deleted_after_it",
            "test_delivery::test_a_key_that_cannot_be_deleted_is_told_of",
        ),
    ),
    Row(
        "S5",
        "The file without its keys says nothing; swapped values do not open; a change of keys may be killed anywhere.",
        (
            "test_command_line::test_a_value_moved_to_another_row_does_not_open",
            "test_command_line::test_keys_that_do_not_fit_the_file_are_one_line",
            "test_keeping::test_a_change_of_keys_may_be_killed_at_any_point_and_begun_again",
            "test_keeping::test_a_change_of_keys_that_is_really_killed_may_be_begun_again",
            "test_keeping::test_every_column_of_bytes_is_known_to_the_change_of_keys",
        ),
    ),
    Row(
        "S6",
        "Files over 3 MB, of a false size or empty are refused in words, and no more is read than may be.",
        (
            "test_announced_sizes::test_of_a_file_that_is_larger_than_told_no_more_is_read_and_it_is_said",
            "test_announced_sizes::test_a_small_file_arrives_whole_whatever_size_telegram_told",
            "test_bad_input::test_a_file_that_smsc_would_not_take",
            "smsc/test_facts::test_documents_that_are_empty_or_too_large_are_refused_here",
        ),
    ),
    Row(
        "S7",
        "What a file is, is told by its content; the name that SMSC gets is harmless.",
        (
            "test_values::test_a_format_is_told_by_content",
            "test_values::test_a_file_name_is_cleaned_and_ends_as_its_content",
            "smsc/test_access::test_names_of_files",
            "smsc/test_access::test_the_name_of_a_file_is_always_harmless",
            "test_file_table::test_a_file_is_what_its_content_says_whatever_it_is_called",
        ),
    ),
    Row(
        "S8",
        "Archives are not unpacked; pixels are counted before they are decoded.",
        (
            "test_archives::test_a_bomb_is_not_unpacked",
            "test_archives::test_no_damage_ends_in_anything_but_an_answer",
            "test_photos::test_a_picture_of_fifty_thousand_pixels_is_refused_before_it_is_decoded",
            "test_many::test_a_hostile_table_is_refused",
        ),
    ),
    Row(
        "S9",
        "Quotas of updates, files, accounts, forms, waiting requests, watched lists and links, each told; a flood of"
        " one person leaves others served.",
        (
            "test_quotas::test_files_of_an_hour",
            "test_quotas::test_megabytes_of_a_day",
            "test_quotas::test_who_sends_too_many_files_is_told_when_the_next_is_taken",
            "test_quotas::test_so_many_updates_of_one_chat_wait_and_of_more_the_last_counts",
            "test_quotas::test_one_person_has_so_many_accounts_and_may_connect_those_again",
            "test_quotas::test_one_person_has_so_many_unfinished_forms_and_none_is_lost",
            "test_quotas::test_so_many_requests_of_one_person_wait_and_what_was_filled_in_is_kept",
            "test_quotas::test_so_many_lists_of_one_person_are_watched_and_of_the_next_it_is_told",
            "test_client_links::test_an_account_that_is_forgotten_takes_its_links_along",
            "test_delivery::test_who_floods_is_told_once_the_last_message_counts_and_others_are_served_meanwhile",
        ),
        "make flood",
    ),
    Row(
        "S10",
        "Markup, links and odd characters in any text: shown as they are, nothing injected, no field lost.",
        (
            "test_flows::test_a_nasty_text_in_any_field_is_one_clean_value_or_a_clear_refusal",
            "test_texts::test_what_a_person_typed_is_escaped",
            "test_odd_texts::test_no_odd_text_on_any_screen_becomes_markup_or_a_link",
            "test_odd_texts::test_no_odd_text_is_lost_or_changed",
        ),
    ),
    Row(
        "S11",
        "One parameter stays one, whatever is in it; requests are POST bodies, and no secret is in an address.",
        (
            "smsc/test_facts::test_one_parameter_stays_one",
            "smsc/test_facts::test_each_parameter_arrives_in_the_body",
        ),
    ),
    Row(
        "S12",
        "Other hosts, redirects, plain http and bad certificates are refused, and no key goes there.",
        (
            "smsc/test_access::test_what_is_no_service",
            "smsc/test_exchange::test_redirects_are_not_followed",
            "smsc/test_exchange::test_only_a_certificate_that_is_valid_will_do",
            "smsc/test_exchange::test_one_account_s_cookie_does_not_go_with_another_s_request",
        ),
    ),
    Row(
        "S13",
        "A log entry is one line of printable characters, whatever was logged.",
        ("test_logs::test_an_entry_is_one_line_of_printable_characters",),
    ),
    Row(
        "S14",
        "Every changing request has its row in the journal, and none can be changed from the bot.",
        ("test_events::test_a_request_and_its_end_are_events_whoever_writes_the_journal",),
    ),
    Row(
        "S15",
        "With a list of invited people, others get one line and nothing else.",
        ("test_reliability::test_people_who_are_not_invited_get_one_line",),
    ),
    Row(
        "S16",
        "A key in any dress and any state of the chat is asked bare at SMSC or not at all; its message goes.",
        (
            "test_secrets_in_the_chat::test_a_key_in_any_dress_is_asked_bare_at_smsc",
            "test_secrets_in_the_chat::test_a_key_is_deleted_and_never_repeated_whatever_the_chat_shows",
            "test_before_an_account::test_what_cannot_be_a_key_is_not_sent_to_smsc",
        ),
    ),
    Row(
        "S17",
        "The process that opens files has no secret, no network, no way to its parent, limits, and ends with it.",
        (
            "test_confinement::test_it_sees_no_secret_and_no_file_of_the_bot",
            "test_confinement::test_it_has_no_network",
            "test_confinement::test_it_changes_nothing_on_the_disk",
            "test_confinement::test_it_starts_and_stops_nobody",
            "test_confinement::test_what_it_may_use_is_limited",
            "test_confinement::test_a_killed_bot_leaves_no_work_behind",
        ),
    ),
)
RUNS: Final[tuple[Run, ...]] = (
    Run(
        "python -m tests.kills 1000",
        "2026-12-01",
        "1000 kills (987 in the midst of a story, 487 at a named point of 103): 0 doubled, 0 lost, 0 told wrongly\n"
        "(36 minutes, on a machine that was busy with other things)",
    ),
    Run(
        "python -m pytest -m long tests/test_webhook.py",
        "2026-12-01",
        "1000 updates, two to five times each, by eight workers over a restart: each had one effect",
    ),
    Run(
        "make soak MINUTES=18",
        "2026-12-01",
        "18 minutes, 1036 walks, 2144 requests to SMSC: +2.9% an hour, 137 MB at the end; 0 requests without an end,"
        " 0 updates that wait, 0 notices that wait\n(after 10 minutes: +3.4% an hour; what it is after hours was not"
        " measured)",
    ),
    Run(
        "make fuzz",
        "2026-12-01",
        "answers of SMSC    18181 inputs: 771 read, 17410 refused, 0 unforeseen exceptions, 0 too slow\n"
        "updates            18181 inputs: 18181 read, 0 refused, 0 unforeseen exceptions, 0 too slow\n"
        "buttons            18181 inputs: 944 read, 17237 refused, 0 unforeseen exceptions, 0 too slow\n"
        "texts              18180 inputs: 18180 read, 0 refused, 0 unforeseen exceptions, 0 too slow\n"
        "heads of files     18180 inputs: 18180 read, 0 refused, 0 unforeseen exceptions, 0 too slow\n"
        "archives            4545 inputs: 4545 read, 0 refused, 0 unforeseen exceptions, 0 too slow\n"
        "tables              4545 inputs: 4545 read, 0 refused, 0 unforeseen exceptions, 0 too slow\n"
        "(in two runs: the first three kinds, then the rest)",
    ),
)
GROUPS: Final = {"Delivery and state": DELIVERY, "Security": SECURITY}
ROWS: Final = tuple(row for rows in GROUPS.values() for row in rows)


def page() -> str:
    """docs/reliability.md."""
    lines = [
        "# What must hold, and what shows it",
        "",
        "Made from `tests/reliability.py` by `make rows`. `make test` ends with a line for each row: whether it holds.",
        "The tests run the bot itself between the stand-ins, over HTTP.",
        "What the long forms said last stands at the end, what else was measured in [measured.md](measured.md).",
    ]
    for title, rows in GROUPS.items():
        lines += ["", f"## {title}", "", "| row | what must hold | shown by | for longer |", "|---|---|---|---|"]
        for row in rows:
            tests = "<br>".join(
                f"{each.partition('::')[2].removeprefix('test_').replace('_', ' ')}" for each in row.tests
            )
            what = row.what + (f" **Instead:** {row.instead}" if row.instead else "")
            lines.append(f"| {row.id} | {what} | {tests} | {f'`{row.long_form}`' if row.long_form else ''} |")
    lines += ["", "## What the long forms said last", ""]
    for run in RUNS:
        lines += [f"`{run.command}`, on {run.day}:", "", "```", run.said, "```", ""]
    return "\n".join(lines)


class Holding:
    """Which rows hold, by what became of their tests in a run."""

    def __init__(self) -> None:
        self._passed = Counter[str]()
        self._failed = Counter[str]()

    def told(self, nodeid: str, *, passed: bool, failed: bool) -> None:
        """What became of a test: its id as pytest gives it."""
        name = nodeid.partition("[")[0].removeprefix("tests/").replace(".py::", "::")
        self._passed[name] += passed
        self._failed[name] += failed

    def lines(self) -> Iterator[str]:
        """A line for each row; none at all where tests of some row were not among those that were run."""
        if all(self._passed[each] or self._failed[each] for row in ROWS for each in row.tests):
            for row in ROWS:
                failed = [each for each in row.tests if self._failed[each]]
                state = f"BROKEN by {', '.join(failed)}" if failed else f"holds ({_cases(row, self._passed)})"
                yield f"{row.id:<4}{state:<20} {row.what}"


def _cases(row: Row, passed: Counter[str]) -> str:
    count = sum(passed[each] for each in row.tests)
    return f"{count} test" if count == 1 else f"{count} tests"

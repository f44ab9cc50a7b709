"""How plugins fail: errors and backtraces as Ruby and browsers write them."""

from dataclasses import dataclass

# Made up, and put together here so that no scanner takes them for real ones.
SECRETS = (
    "ghp" + "_" + "DemonstrationOnly" * 2,
    "tide-pool-" + "4711",
    "uploads@lighthouse.example",
)


@dataclass(frozen=True, slots=True)
class StagedFailure:
    """What a Guard sends of a failure. `{plugin}` stands for the plugin's folder."""

    message: str
    backtrace: str

    def of(self, plugin: str) -> dict[str, str]:
        """The two fields of the plugin's line in a report."""
        return {
            "message": self.message.format(plugin=plugin),
            "backtrace": self.backtrace.format(plugin=plugin),
        }


def _ruby(message: str, *frames: str) -> StagedFailure:
    """A failure while the host boots: frames in the plugin, then the host's own."""
    inside = [f"/var/www/discourse/plugins/{{plugin}}/{frame}" for frame in frames]
    return StagedFailure(message, "\n".join([*inside, *_BOOT]))


_BOOT = (
    "/var/www/discourse/lib/plugin/instance.rb:931:in 'Module#class_eval'",
    "/var/www/discourse/lib/plugin/instance.rb:931:in 'Plugin::Instance#activate!'",
    "/var/www/discourse/lib/discourse.rb:353:in 'block in Discourse.activate_plugins!'",
    "/var/www/discourse/lib/discourse.rb:350:in 'Array#each'",
    "/var/www/discourse/lib/discourse.rb:350:in 'Discourse.activate_plugins!'",
    "/var/www/discourse/config/application.rb:217:in '<class:Application>'",
    "/var/www/discourse/config/environment.rb:5:in '<main>'",
)

TYPO = _ruby(
    "NoMethodError: undefined method 'to_ical_feed' for an instance of ShiftPlanner::Roster",
    "lib/shift_planner/roster.rb:58:in 'ShiftPlanner::Roster#subscribe'",
    "lib/shift_planner/engine.rb:21:in 'block in <class:Engine>'",
    "plugin.rb:44:in 'block (2 levels) in Plugin::Instance#activate!'",
)
FORGOTTEN_FILE = _ruby(
    "LoadError: cannot load such file -- /var/www/discourse/plugins/{plugin}/lib/shift_planner/ical_feed",
    "lib/shift_planner/roster.rb:3:in 'Kernel#require_relative'",
    "lib/shift_planner/roster.rb:3:in '<top (required)>'",
    "plugin.rb:19:in 'Plugin::Instance#activate!'",
)
LEAK = _ruby(
    "Faraday::UnauthorizedError: the server responded with status 401\n"
    f"POST https://keeper:{SECRETS[1]}@storage.example/v2/buckets\n"
    f"Authorization: Bearer {SECRETS[0]}\n"
    f"signed in as {SECRETS[2]}",
    "lib/cloud_attachments/client.rb:112:in 'CloudAttachments::Client#connect'",
    "lib/cloud_attachments/client.rb:37:in 'CloudAttachments::Client#initialize'",
    "plugin.rb:27:in 'Plugin::Instance#activate!'",
)
OLD_ARGUMENTS = _ruby(
    "ArgumentError: wrong number of arguments (given 3, expected 2; required keyword: include_condition)",
    "plugin.rb:63:in 'block in Plugin::Instance#activate!'",
)
LOST_COMPONENT = StagedFailure(
    "Error: Could not find module `discourse/components/user-card-contents` imported from "
    "`discourse/plugins/{plugin}/discourse/initializers/extend-card`",
    "    at missingModule (https://canary.example/assets/vendor-5d41402a.js:77:11)\n"
    "    at Module.findDeps (https://canary.example/assets/vendor-5d41402a.js:168:29)\n"
    "    at requireModule (https://canary.example/assets/vendor-5d41402a.js:27:15)\n"
    "    at initialize (https://canary.example/assets/plugins/{plugin}-7d793037a0760186.js:12:1840)\n"
    "    at Application.runInstanceInitializers (https://canary.example/assets/vendor-5d41402a.js:20817:9)",
)
NIL_BADGE = _ruby(
    "NoMethodError: undefined method 'image_url' for nil",
    "app/serializers/parade_serializer.rb:16:in 'BadgeParade::ParadeSerializer#newest_badge'",
    "plugin.rb:38:in 'block (2 levels) in Plugin::Instance#activate!'",
)
NO_COLUMN = _ruby(
    'ActiveRecord::StatementInvalid: PG::UndefinedColumn: ERROR:  column "refunded_at" does not exist\n'
    "LINE 1: SELECT COUNT(*) FROM event_tickets WHERE refunded_at IS NULL",
    "app/models/event_ticket.rb:24:in 'EventTickets::EventTicket.sold'",
    "lib/event_tickets/box_office.rb:71:in 'EventTickets::BoxOffice#open'",
    "plugin.rb:52:in 'block (2 levels) in Plugin::Instance#activate!'",
)

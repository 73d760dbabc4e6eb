#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "check.hpp"
#include "text/agent/tool_name.hpp"

using streamtts::text::spoken_tool_name;

TEST(a_tools_name_is_said_in_words) {
  const std::vector<std::pair<std::string_view, std::string_view>> names = {
      {"Bash", "Bash."},
      {"LS", "LS."},
      {"TodoWrite", "Todo write."},
      {"ExitPlanMode", "Exit plan mode."},
      {"exec_command", "exec command."},
      {"apply-patch", "apply patch."},
      {"functions.shell", "shell."},
      {"mcp__github__create_issue", "github create issue."},
      {"mcp__claude_ai_Google_Calendar__list_events", "claude ai Google Calendar list events."},
      {"mcp__plugin_playwright_playwright__browser_click", "plugin playwright browser click."},
      {"mcp__4f3c9d2a-77b1-4c1e-9f00-aaaabbbb0001__search", "search."},
      {"developer__shell", "developer shell."},
      {"getURL", "get URL."},
      {"HTTPGet", "HTTP get."},
      {"parseHTTPResponseBody", "parse HTTP response body."},
      {"base64Encode", "base64 encode."},
      {"v2API", "v2 API."},
      {"検索", "検索."},
      {"ÜberTool", "Über tool."},
  };
  for (const auto& [name, spoken] : names) CHECK_EQ(spoken_tool_name(name), spoken);
}

TEST(a_tool_without_a_readable_name_is_a_tool) {
  for (const std::string_view name :
       {"", " ", "\n\x1b[31m\n", "____", "mcp__", "🔧", "\xff\xfe", "deadbeef01"})
    CHECK(!spoken_tool_name(name).empty());
  for (const std::string_view name : {"", "_", "🔧", "\xff", "deadbeef01"})
    CHECK_EQ(spoken_tool_name(name), "Tool.");
}

TEST(a_hostile_name_is_short_and_clean) {
  const std::string long_word(1'000'000, 'x');
  CHECK_EQ(spoken_tool_name(long_word), std::string(32, 'x') + ".");
  std::string many_words;
  for (int i = 0; i < 1000; ++i) many_words += "w" + std::to_string(i) + "_";
  CHECK_EQ(spoken_tool_name(many_words), "w0 w1 w2 w3 w4 w5.");
  CHECK_EQ(spoken_tool_name("a\x1b]0;evil\x07\r\nb\xe2\x80\xae"
                            "c. d!"),
           "a 0 evil b c d.");
  CHECK_EQ(spoken_tool_name(std::string(31, 'x') + "XXXXy"), std::string(31, 'x') + " XXX xy.");
  CHECK_EQ(spoken_tool_name(std::string(40, 'A') + "b"), std::string(32, 'A') + " ab.");
}

#include "text/markdown/table.hpp"
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/markdown/scrub.hpp"

namespace streamtts::text {
namespace {

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// A cell that is only a tick or a cross says so in a word.
std::string spoken_cell(std::string_view cell) {
  if (cell == std::string_view(&kYesPicture, 1)) return "yes";
  if (cell == std::string_view(&kNoPicture, 1)) return "no";
  return std::string(cell);
}

}  // namespace

std::vector<std::string> split_row(std::string_view line) {
  line = trim(line);
  if (!line.empty() && line.front() == '|') line.remove_prefix(1);
  std::vector<std::string> cells;
  std::string cell;
  bool in_code = false;
  const std::size_t last_tick = line.rfind('`');
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
      cell.push_back('|');
      ++i;
    } else if (c == '|' && (!in_code || last_tick <= i)) {
      cells.push_back(spoken_cell(trim(cell)));
      cell.clear();
      in_code = false;
    } else {
      in_code = c == '`' ? !in_code : in_code;
      cell.push_back(c);
    }
  }
  if (!trim(cell).empty()) cells.push_back(spoken_cell(trim(cell)));
  return cells;
}

bool is_delimiter_row(std::string_view line) {
  bool dash = false;
  bool pipe = false;
  for (const char c : line) {
    dash = dash || c == '-';
    pipe = pipe || c == '|';
    if (c != '-' && c != '|' && c != ':' && c != ' ' && c != '\t') return false;
  }
  return dash && pipe;
}

std::string row_sentence(const std::vector<std::string>& header, const std::vector<std::string>& cells) {
  std::string sentence;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].empty()) continue;
    if (!sentence.empty()) sentence += ", ";
    if (i < header.size() && !header[i].empty()) sentence += header[i] + ": ";
    sentence += cells[i];
  }
  return sentence;
}

std::string table_notice(std::size_t rows) {
  if (rows == 0) return "Empty table.";
  return "Table with " + std::to_string(rows) + (rows == 1 ? " row." : " rows.");
}

}  // namespace streamtts::text

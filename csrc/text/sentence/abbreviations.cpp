#include "text/sentence/abbreviations.hpp"

#include <array>
#include <cstddef>
#include <string_view>

#include "text/sentence/sorted_words.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {

namespace {

// All tables are in lower case and in byte order, as the search needs them.
constexpr SortedWords kNeverEnds(std::to_array<std::string_view>(
    {"approx", "aprox", "attn",   "avv",  "bijv", "bkz",   "bl.a", "bspw",  "bzw",  "c.-à-d", "cf",   "cfr",
     "d.h",    "d.v.s", "d.w.z",  "dhr",  "dipl", "dott",  "dr",   "dra",   "dvs",  "e.g",    "eg",   "eqn",
     "eqs",    "esim",  "esp",    "evt",  "evtl", "excl",  "exkl", "f.eks", "fig",  "figs",   "ggf",  "i.a",
     "i.d.r",  "i.e",   "i.p.v",  "ie",   "incl", "inkl",  "kap",  "m.a.w", "m.in", "messrs", "mevr", "mme",
     "mmes",   "mr",    "mrs",    "n.b",  "např", "nos",   "nr",   "nro",   "núm",  "núms",   "o.a",  "o.ä",
     "p.e",    "p.ej",  "p.es",   "p.ex", "p.s",  "pp",    "prof", "pág",   "págs", "resp",   "s.k",  "s.o",
     "s.u",    "sig",   "sig.ra", "sog",  "sra",  "srta",  "t.ex", "t.o.v", "tzn",  "tzw",    "u.a",  "u.u",
     "v.a",    "vgl",   "viz",    "vol",  "vols", "vs",    "z.b",  "z.t",   "zb",   "zzgl",   "örn",  "π.χ",
     "акад",   "гл",    "доц",    "им",   "напр", "просп", "проф", "рис",   "см",   "ср",     "стр",  "т.е",
     "т.к",    "т.н",   "т.о",    "табл", "ул"}));

// Titles that are also common words or units ("5 ms."): only with a capital.
constexpr SortedWords kCapitalTitles(std::to_array<std::string_view>({
    "capt",
    "col",
    "ft",
    "gen",
    "gov",
    "hon",
    "lt",
    "maj",
    "mlle",
    "mm",
    "ms",
    "mt",
    "rep",
    "rev",
    "sen",
    "sgt",
    "supt",
}));

// Before a name they open it, after one they close it (St. Ives, Main St.).
constexpr SortedWords kBesideNames(std::to_array<std::string_view>({
    "jr",
    "sr",
    "st",
}));

constexpr SortedWords kNumbered(std::to_array<std::string_view>(
    {"abb",  "abs", "apt",  "art", "bd",  "bldg", "ca",   "ch",   "chap", "eq",   "ex",
     "ext",  "kl",  "max",  "no",  "np",  "num",  "orig", "para", "pkt",  "prev", "ref",
     "refs", "rm",  "sect", "tbl", "tel", "ver",  "č",    "ст",   "тел"}));

constexpr SortedWords kUnits(std::to_array<std::string_view>({"ft", "hr", "hrs", "lb", "lbs", "min", "mins",
                                                              "oz", "sec", "secs", "std", "stk", "yd", "yr",
                                                              "yrs", "мин", "сек"}));

constexpr SortedWords kMayEnd(std::to_array<std::string_view>({
    "a.d",  "a.i",  "a.k.a", "a.m",  "acct", "al",   "apod", "assn", "assoc", "atd",   "ave", "avg",  "b.a",
    "b.c",  "b.sc", "blvd",  "bros", "co",   "corp", "dept", "e.u",  "e.v",   "ecc",   "ed",  "eds",  "ee.uu",
    "enz",  "est",  "etc",   "ff",   "gmbh", "inc",  "intl", "jne",  "ltd",   "m.d",   "m.m", "m.sc", "mgmt",
    "misc", "osv",  "p.m",   "ph.d", "pty",  "qty",  "rd",   "s.a",  "s.a.s", "s.r.l", "stb", "str",  "u.k",
    "u.n",  "u.s",  "u.s.a", "univ", "usw",  "κ.ά",  "κ.λπ", "гг",   "др",    "и.о",   "кв",  "корп", "млн",
    "млрд", "н.э",  "обл",   "пр",   "руб",  "т.д",  "т.п",  "тыс",
}));

// Only with a capital: "mar" and "sun" are words.
constexpr SortedWords kCalendar(std::to_array<std::string_view>({
    "apr", "aug", "dec", "feb",  "fri", "jan", "jul",  "jun",   "mar", "mon",  "nov",
    "oct", "sat", "sep", "sept", "sun", "thu", "thur", "thurs", "tue", "tues", "wed",
}));

constexpr std::size_t kLongest = 16;  // bytes; no entry is longer

// Lower case for ASCII and Cyrillic, in place and without changing the length.
std::string_view fold(std::string_view word, std::array<char, kLongest>& room) {
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t begin = at;
    const char32_t c = decode_utf8(word, at);
    for (std::size_t i = begin; i < at; ++i) room[i] = word[i];
    if (is_ascii_upper(c)) room[begin] = static_cast<char>(ascii_lower(c));
    if (c < U'А' || c > U'Я') continue;
    const char32_t lower = c + 0x20;
    room[begin] = static_cast<char>(0xC0U | lower >> 6U);
    room[begin + 1] = static_cast<char>(0x80U | (lower & 0x3FU));
  }
  return {room.data(), word.size()};
}

}  // namespace

Abbreviation find_abbreviation(std::string_view word) {
  if (word.empty() || word.size() > kLongest) return Abbreviation::none;
  std::array<char, kLongest> room{};
  const std::string_view folded = fold(word, room);
  const auto in = [folded](const auto& words) { return words.contains(folded); };
  if (in(kNeverEnds)) return Abbreviation::never_ends;
  if (in(kMayEnd)) return Abbreviation::may_end;
  if (in(kNumbered)) return Abbreviation::numbered;
  if (is_ascii_upper(static_cast<unsigned char>(word.front()))) {
    if (in(kCapitalTitles)) return Abbreviation::never_ends;
    if (in(kBesideNames)) return Abbreviation::beside_name;
    if (in(kCalendar)) return Abbreviation::calendar;
  }
  return in(kUnits) ? Abbreviation::unit : Abbreviation::none;
}

}  // namespace streamtts::text

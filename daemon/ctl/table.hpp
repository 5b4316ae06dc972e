// Lines whose columns stand below each other.
#pragma once

#include <string>
#include <vector>

namespace lmbridge::ctl {

using Row = std::vector<std::string>;

/// Each row has as many cells as the first, which may be a heading. The last column is not padded.
std::string render_table(const std::vector<Row>& rows);

/// How many columns of a terminal a UTF-8 text takes.
std::size_t width_of(const std::string& text);

}  // namespace lmbridge::ctl

// How attachments share the room that the site gives to all of them together. Pure.
#pragma once

#include "arena/payload.hpp"
#include "base/error.hpp"
#include "settings/settings.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace lmbridge::api {

/// The attachments that hold their data themselves, in order.
std::vector<arena::Attachment*> data_attachments(std::span<arena::Message> messages);

/// Bytes of base64 in `attachment`, which is one of data_attachments().
std::size_t base64_size(const arena::Attachment& attachment);

/// A picture that has to become smaller.
struct Oversized {
  arena::Attachment* picture;
  /// Bytes of base64 that it may have.
  std::size_t limit;
};

/// Those of `attachments` that have to become smaller so that all fit into the site's limit: of the
/// pictures the largest ones, down to the same size, and no smaller than it takes. Nothing where
/// they fit already. Fails with attachment_too_large when what can't be made smaller leaves no
/// room, or media.shrink_oversized is off.
Result<std::vector<Oversized>> choose_oversized(std::span<arena::Attachment* const> attachments,
                                                const settings::Settings& settings);

/// attachment_too_large with the numbers, why nothing can be done about it (a clause; may be
/// empty), and what can.
std::unexpected<Error> too_large(std::size_t bytes, const settings::Settings& settings,
                                 std::string_view why = {});

}  // namespace lmbridge::api

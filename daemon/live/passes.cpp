#include "live/passes.hpp"

#include "live/secret.hpp"

#include <algorithm>
#include <utility>

namespace lmbridge::live {

namespace {

constexpr std::size_t most_past = 32;

}  // namespace

std::string_view name(Refusal refusal) {
  switch (refusal) {
    case Refusal::wrong:
      return "wrong";
    case Refusal::used:
      return "used";
    case Refusal::expired:
      return "expired";
    case Refusal::replaced:
      return "replaced";
  }
  std::unreachable();
}

std::string Passes::issue(InvitationId id, TimePoint expires) {
  auto token = make_secret();
  passes_.push_back({.id = id, .token = base::sha256(token), .expires = expires});
  return token;
}

void Passes::withdraw(InvitationId id) {
  const auto found = std::ranges::find(passes_, id, &Pass::id);
  if (found == passes_.end()) return;
  past_.push_back(
      {.token = found->token, .refusal = found->is_used ? Refusal::used : Refusal::expired});
  if (past_.size() > most_past) past_.pop_front();
  passes_.erase(found);
}

std::expected<Passes::Entry, Refusal> Passes::enter(std::string_view token, TimePoint now) {
  const auto digest = base::sha256(token);
  for (auto& pass : passes_) {
    if (!is_same(pass.token, digest)) continue;
    if (pass.is_used) return std::unexpected(Refusal::used);
    if (now >= pass.expires) return std::unexpected(Refusal::expired);
    auto resume = make_secret();
    pass.is_used = true;
    pass.resume = base::sha256(resume);
    current_ = pass.id;
    return Entry{.id = pass.id, .resume = std::move(resume)};
  }
  for (const auto& past : past_) {
    if (is_same(past.token, digest)) return std::unexpected(past.refusal);
  }
  return std::unexpected(Refusal::wrong);
}

std::expected<InvitationId, Refusal> Passes::resume(std::string_view secret) const {
  const auto digest = base::sha256(secret);
  for (const auto& pass : passes_) {
    if (!pass.is_used || !is_same(pass.resume, digest)) continue;
    if (pass.id != current_) return std::unexpected(Refusal::replaced);
    return pass.id;
  }
  return std::unexpected(Refusal::wrong);
}

}  // namespace lmbridge::live

#include "api/routing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lmbridge::api {
namespace {

using arena::ModelType;
using testing::HasSubstr;

arena::PoolEntry entry(std::string session_id, std::optional<ModelType> type = std::nullopt) {
  return {.endpoint = {.session_id = std::move(session_id), .message_id = "m"}, .type = type};
}

/// `plain` is in models.json only, `both` in both files, `mapped` in the map only; `empty` has
/// placeholders only.
settings::Settings make_settings() {
  settings::Settings settings;
  settings.default_endpoint = {.session_id = "default", .message_id = "m"};
  settings.models =
      arena::ModelCatalog({{.name = "plain", .id = "plain-id"},
                           {.name = "both", .id = "both-id", .type = ModelType::image},
                           {.name = "empty", .id = "empty-id"}});
  settings.endpoints = arena::EndpointMap(
      {{.model = "mapped", .entries = {entry("one"), entry("two", ModelType::search)}},
       {.model = "both", .entries = {entry("three"), entry("four", ModelType::search)}},
       {.model = "empty", .entries = {}}});
  return settings;
}

class Routing : public testing::Test {
 protected:
  Result<Route> route(std::string_view model) { return find_route(model, settings_, selector_); }

  base::SystemClock clock_;
  arena::EndpointSelector selector_{clock_};
  settings::Settings settings_ = make_settings();
};

TEST_F(Routing, TakesTheDefaultSessionForAModelWithoutOneOfItsOwn) {
  const auto found = route("plain");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->lease.endpoint().session_id, "default");
  EXPECT_EQ(found->model_id, "plain-id");
  EXPECT_EQ(found->type, ModelType::text);
}

TEST_F(Routing, TakesTheSessionsOfAPoolInTurnWithTheirTypes) {
  const auto first = route("both");
  const auto second = route("both");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->lease.endpoint().session_id, "three");
  EXPECT_EQ(first->type, ModelType::image) << "of models.json";
  EXPECT_EQ(second->lease.endpoint().session_id, "four");
  EXPECT_EQ(second->type, ModelType::search) << "of the map";
  EXPECT_EQ(second->model_id, "both-id");
}

TEST_F(Routing, SendsNoModelIdForAModelOfTheMapAlone) {
  const auto found = route("mapped");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->model_id, std::nullopt);
  EXPECT_EQ(found->type, ModelType::text);
}

TEST_F(Routing, FreesTheSessionWithTheRoute) {
  {
    const auto found = route("plain");
    EXPECT_EQ(selector_.known_sessions(), 1U);
  }
  EXPECT_EQ(selector_.known_sessions(), 0U);
}

struct Refused {
  std::string model;
  void (*change)(settings::Settings&);
  ErrorCode code;
  std::string param;
  std::string hint;
};

void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.model << ' ' << base::name(refused.code);
}

class NoRoute : public testing::TestWithParam<Refused> {};

TEST_P(NoRoute, SaysWhatToDo) {
  const base::SystemClock clock;
  arena::EndpointSelector selector(clock);
  auto settings = make_settings();
  GetParam().change(settings);
  const auto found = find_route(GetParam().model, settings, selector);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, GetParam().code);
  EXPECT_EQ(found.error().param, GetParam().param);
  EXPECT_THAT(found.error().message, HasSubstr(GetParam().hint));
  EXPECT_EQ(why_no_route(GetParam().model, settings).has_value(), true);
}

void leave(settings::Settings&) {}

INSTANTIATE_TEST_SUITE_P(
    Each, NoRoute,
    testing::Values(
        Refused{"gone", [](settings::Settings& settings) { settings.use_default_endpoint = false; },
                ErrorCode::model_not_found, "model", "GET /v1/models"},
        Refused{"empty", leave, ErrorCode::session_ids_missing, "", "model_endpoint_map.json"},
        Refused{"plain",
                [](settings::Settings& settings) { settings.use_default_endpoint = false; },
                ErrorCode::invalid_request, "model", "use_default_ids_if_mapping_not_found"},
        Refused{"plain",
                [](settings::Settings& settings) { settings.default_endpoint.message_id = ""; },
                ErrorCode::session_ids_missing, "", "session_id and message_id in config.jsonc"}));

TEST_F(Routing, KnowsWhichModelsCanBeAsked) {
  settings_.use_default_endpoint = false;
  EXPECT_FALSE(why_no_route("mapped", settings_));
  EXPECT_FALSE(why_no_route("both", settings_));
  EXPECT_TRUE(why_no_route("plain", settings_));
  settings_.use_default_endpoint = true;
  EXPECT_FALSE(why_no_route("plain", settings_));
  EXPECT_TRUE(why_no_route("empty", settings_));
}

TEST_F(Routing, RefusesAnUnknownModelWithAnExcerptOfItsName) {
  const auto found = route(std::string(5000, 'x'));
  ASSERT_FALSE(found);
  EXPECT_LT(found.error().message.size(), 300U);
}

}  // namespace
}  // namespace lmbridge::api

// A tolerant view of a JSON object from the browser: what is absent or of another type reads as
// empty, because DevTools clients that insist on every field break with every browser update.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::cdp {

/// Borrowed: valid as long as the object. With a `recorder` it notes the path of every field that
/// is asked for, which is how a test learns the names that we rely on.
class Fields {
 public:
  using Recorder = std::set<std::string>;

  explicit Fields(const boost::json::object& object, Recorder* recorder = nullptr,
                  std::string path = {})
      : object_(object), recorder_(recorder), path_(std::move(path)) {}

  [[nodiscard]] std::string_view text(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  /// Of any kind of number.
  [[nodiscard]] double number(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] Fields object(std::string_view name) const;
  /// The objects of an array, other items left out. With a recorder an array without objects reads
  /// as one empty object, so that the names inside it are noted too.
  [[nodiscard]] std::vector<Fields> objects(std::string_view name) const;
  /// The value itself; nullptr when there is none.
  [[nodiscard]] const boost::json::value* value(std::string_view name) const;

 private:
  void record(std::string_view name) const;
  /// A view of an object that stands under `name`.
  [[nodiscard]] Fields below(std::string_view name, const boost::json::object& object) const;

  const boost::json::object& object_;
  Recorder* recorder_;
  std::string path_;
};

}  // namespace lmbridge::cdp

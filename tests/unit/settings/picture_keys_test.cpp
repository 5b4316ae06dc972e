// The keys about pictures: what they become, how they are fetched, how long they are kept.

#include "tests/unit/settings/every_key.hpp"

namespace lmbridge::settings {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::vector<std::string> wrong_formats{"\"bmp\"", "\"PNG\"", "7", "null"};

INSTANTIATE_TEST_SUITE_P(
    PictureForms, EveryKey,
    testing::Values(
        Key{"image_return_format.mode",
            "\"local\"",
            [](const Settings& s) { return s.pictures.returned_as == PictureReturn::local; },
            {"\"link\"", "7", "null"}},
        Key{"image_return_format.base64_conversion.target_format", "\"webp\"",
            [](const Settings& s) { return s.pictures.conversion.format == PictureFormat::webp; },
            wrong_formats},
        number_key("image_return_format.base64_conversion.jpeg_quality", "70",
                   [](const Settings& s) { return s.pictures.conversion.quality; },
                   {"0", "101", "1.5", "\"1\""}),
        Key{"image_return_format.base64_conversion.enabled",
            "false",
            [](const Settings& s) {
              return s.pictures.conversion.format == PictureFormat::original;
            },
            {"\"true\"", "1", "null"}},
        switch_key("save_images_locally", false,
                   [](const Settings& s) { return s.pictures.library.enabled; }),
        number_key("local_save_format.jpeg_quality", "70",
                   [](const Settings& s) { return s.pictures.library.conversion.quality; },
                   {"0", "101", "1.5", "\"1\""})));

INSTANTIATE_TEST_SUITE_P(
    Downloads, EveryKey,
    testing::Values(
        number_key("max_concurrent_downloads", "7",
                   [](const Settings& s) { return s.pictures.downloads.max_concurrent; },
                   {"0", "1001", "1.5", "\"1\""}),
        Key{"download_timeout.connect",
            "7.5",
            [](const Settings& s) {
              return s.pictures.downloads.connect_timeout == milliseconds(7500);
            },
            {"0", "3601", "\"5\""}},
        seconds_key("download_timeout.sock_read",
                    [](const Settings& s) { return s.pictures.downloads.silence_timeout; }),
        seconds_key("download_timeout.total",
                    [](const Settings& s) { return s.pictures.downloads.total_timeout; }),
        number_key("download_timeout.max_retries", "0",
                   [](const Settings& s) { return s.pictures.downloads.max_retries; },
                   {"-1", "11", "1.5", "\"1\""}),
        seconds_key("performance_monitoring.slow_threshold_seconds",
                    [](const Settings& s) { return s.pictures.downloads.slow_threshold; },
                    {"-1", "3601", "\"5\""}),
        number_key("connection_pool.total_limit", "7",
                   [](const Settings& s) { return s.pictures.downloads.max_connections; },
                   {"0", "10001", "1.5", "\"1\""}),
        number_key("connection_pool.per_host_limit", "7",
                   [](const Settings& s) { return s.pictures.downloads.max_connections_per_host; },
                   {"0", "10001", "1.5", "\"1\""}),
        seconds_key("connection_pool.keepalive_timeout",
                    [](const Settings& s) { return s.pictures.downloads.keepalive; },
                    {"-1", "3601", "\"5\""}),
        seconds_key("connection_pool.dns_cache_ttl",
                    [](const Settings& s) { return s.pictures.downloads.dns_cache_ttl; },
                    {"-1", "86401", "\"5\""}),
        texts_key("media.allow_private_hosts",
                  [](const Settings& s) { return s.pictures.downloads.allow_private_hosts; }),
        texts_key("media.tls_insecure_hosts",
                  [](const Settings& s) { return s.pictures.downloads.tls_insecure_hosts; }),
        Key{"media.ca_file",
            "\"/etc/ca.pem\"",
            [](const Settings& s) { return s.pictures.downloads.ca_file == "/etc/ca.pem"; },
            {"7", "null"}},
        number_key("media.max_download_mb", "7",
                   [](const Settings& s) { return s.pictures.downloads.size_limit_mb; },
                   {"0", "101", "1.5", "\"1\""})));

INSTANTIATE_TEST_SUITE_P(
    KeptPictures, EveryKey,
    testing::Values(
        number_key("memory_management.image_cache_max_size", "7",
                   [](const Settings& s) { return s.pictures.cache.entries; },
                   {"-1", "1000001", "1.5", "\"1\""}),
        number_key("memory_management.cache_config.image_cache_max_size", "7",
                   [](const Settings& s) { return s.pictures.cache.entries; },
                   {"-1", "1000001", "1.5", "\"1\""}),
        seconds_key("memory_management.image_cache_ttl_seconds",
                    [](const Settings& s) { return s.pictures.cache.time_to_live; },
                    {"-1", "2592001", "\"5\""}),
        number_key("media.cache_mb", "7",
                   [](const Settings& s) { return s.pictures.cache.megabytes; },
                   {"-1", "100001", "1.5", "\"1\""}),
        Key{"media.public_url",
            "\"https://bridge.example.org/\"",
            [](const Settings& s) { return s.pictures.public_url == "https://bridge.example.org"; },
            {"\"bridge.example.org\"", "\"data:text/plain;base64,QQ==\"", "7", "null"}},
        Key{"media.library_directory",
            "\"/srv/pictures\"",
            [](const Settings& s) { return s.pictures.library.directory == "/srv/pictures"; },
            {"7", "null"}},
        number_key("media.library_max_age_days", "7",
                   [](const Settings& s) { return s.pictures.library.max_age_days; },
                   {"-1", "36501", "1.5", "\"1\""}),
        number_key("media.library_max_total_mb", "7",
                   [](const Settings& s) { return s.pictures.library.max_total_mb; },
                   {"-1", "100000001", "1.5", "\"1\""}),
        switch_key("media.shrink_oversized", false,
                   [](const Settings& s) { return s.shrink_oversized; })));

TEST(DownloadDelay, IsWaitedForOnlyWithItsSwitch) {
  const auto pause = [](const char* text) { return parse(text).settings.pictures.downloads.pause; };
  EXPECT_EQ(pause("{}"), milliseconds(0));
  EXPECT_EQ(pause(R"({"download_delay":{"delay_seconds":2}})"), milliseconds(0));
  EXPECT_EQ(pause(R"({"download_delay":{"enabled":true}})"), milliseconds(500));
  EXPECT_EQ(pause(R"({"download_delay":{"enabled":true,"delay_seconds":2}})"), seconds(2));
}

TEST(LocalSaveFormat, CountsOnlyWithItsSwitch) {
  const auto format = [](const char* text) {
    return parse(text).settings.pictures.library.conversion.format;
  };
  EXPECT_EQ(format(R"({"local_save_format":{"format":"webp"}})"), PictureFormat::original);
  EXPECT_EQ(format(R"({"local_save_format":{"enabled":true,"format":"webp"}})"),
            PictureFormat::webp);
  EXPECT_THAT(parse(R"({"local_save_format":{"enabled":true,"format":"bmp"}})").errors,
              testing::ElementsAre(testing::HasSubstr("local_save_format.format: found \"bmp\"")));
}

}  // namespace
}  // namespace lmbridge::settings

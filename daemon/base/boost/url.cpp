// Boost.URL's code, compiled once instead of linking the shared library.
#include <boost/url/src.hpp>

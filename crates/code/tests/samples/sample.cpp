#include <map>
#include "store.hpp"

namespace greetings {
namespace detail {
constexpr int capacity = 16;
}

/// What went wrong.
enum class Error { Full, Missing };

/// Keeps greetings.
///
/// One for each name.
template <typename T>
class Store : public Greeter {
public:
    explicit Store(int limit);
    virtual ~Store() = default;

    /// Looks a greeting up.
    const T& get(const std::string& name) const {
        auto local = [&](int x) { return x; };
        return greetings_.at(name);
    }

    T* find(const std::string& name);
    bool operator==(const Store& other) const { return false; }
    static int count;

private:
    std::map<std::string, T> greetings_;
};

template <typename T>
T* Store<T>::find(const std::string& name)
{
    return nullptr;
}

struct Pair {
    int left;
};

using Names = std::vector<std::string>;

template <typename T>
concept Greeting = requires(T t) { t.greet(); };
}  // namespace greetings

greetings::Error greetings::detail::check(int value)
{
    return Error::Full;
}

int main()
{
    greetings::Store<int> store(1);
    return 0;
}

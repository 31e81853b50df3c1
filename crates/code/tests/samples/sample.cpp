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

namespace greetings::doors {

template <typename... Keys>
struct Lock final {
    using key_type = std::tuple<Keys...>;

    constexpr Lock() noexcept = default;
    Lock(const Lock&) = delete;
    Lock& operator=(Lock&& other) noexcept;

    template <std::size_t N>
    [[nodiscard]] auto key() const -> std::tuple_element_t<N, key_type>
    {
        return std::get<N>(keys);
    }

    explicit operator bool() const { return true; }
    void operator()(int turns);

    friend std::ostream& operator<<(std::ostream& out, const Lock& lock);

    class Wards;
    enum State : unsigned char { Open, Shut };

private:
    key_type keys{};
    static constexpr int turns = 2;
};

/// A lock of one key.
template <>
struct Lock<int> {
    int key;
};

template <typename... Keys>
class Lock<Keys...>::Wards {
    int depth;
};

template <class T>
constexpr bool opens_v = std::is_invocable_v<T, int>;

namespace {
const char* const names[] = {"front", "back"};

void rattle(int& times) { ++times; }
}  // namespace

union Knob {
    int left;
    float right;
};

}  // namespace greetings::doors

extern "C" int doors_open(const char* name)
{
    struct Guard {
        ~Guard() {}
    } guard;
    return name != nullptr;
}

long long operator""_turns(unsigned long long turns) { return turns; }

greetings::doors::Lock<>::~Lock() = default;

auto shut = [](auto door) { return door.shut(); };

TEST(Doors, OpenWithTheirKey)
{
    EXPECT_TRUE(doors_open("front"));
}

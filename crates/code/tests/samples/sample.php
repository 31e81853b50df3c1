<?php

declare(strict_types=1);

namespace Example\Greetings;

use Psr\Log\LoggerInterface;
use Example\{Disk, Memory as Ram};
use function strtoupper;

require_once __DIR__ . '/helpers.php';

const CAPACITY = 16;

/**
 * Keeps greetings.
 *
 * One for each name.
 */
#[Component]
final class Store extends Base implements Greeter
{
    use Loggable;

    public const KIND = 'memory';
    private array $greetings = [];

    public function __construct(private readonly int $limit)
    {
        $local = $limit;
    }

    /**
     * Looks a greeting up.
     *
     * @return string|null
     */
    #[Pure]
    public function get(string $name): ?string
    {
        $fn = function ($n) { return $n; };
        return $this->greetings[$fn($name)] ?? null;
    }

    abstract protected static function open(string $path): static;
}

interface Greeter
{
    public function greet(string $name): string;
}

trait Loggable
{
    protected ?LoggerInterface $logger = null;
}

enum Tone: string
{
    case Soft = 'soft';
    public function other(): self { return self::Soft; }
}

function greet(string $name): string
{
    return "hello $name";
}

/** A door with its locks. */
abstract class Door implements \Countable, \IteratorAggregate
{
    use Loggable, Painted {
        Painted::paint insteadof Loggable;
        Painted::paint as protected coat;
    }

    final protected const int MAX_LOCKS = 3, MIN_LOCKS = 1;
    public static ?self $front = null;
    protected readonly array $locks;
    public string $name {
        get => strtoupper($this->name);
        set (string $value) => trim($value);
    }

    abstract public function open(Key|string $key, ?int &$turns = null): bool;

    public function count(): int
    {
        return match (true) {
            $this->locks === [] => 0,
            default => count($this->locks),
        };
    }

    #[\ReturnTypeWillChange]
    public function getIterator(): \Generator
    {
        yield from $this->locks;
    }

    public function __get(string $name): mixed
    {
        return (new class ($name) {
            public function __construct(private string $name) {}
            public function name(): string { return $this->name; }
        })->name();
    }

    public static function __callStatic(string $name, array $arguments): static
    {
        static $calls = 0;
        return new static(...$arguments);
    }
}

enum Wood: int implements HasColour
{
    case Oak = 1;
    case Pine = 2;

    const Default = self::Oak;

    public static function of(string $name): self
    {
        return constant("self::$name");
    }
}

define('DOOR_VERSION', '2.1');

if (!function_exists('creak')) {
    function creak(int ...$hinges): void
    {
        array_map(static fn (int $hinge): int => $hinge + 1, $hinges);
    }
}

$handler = function (Door $door) use (&$handler): void {
    echo $door->name;
};

it('opens with its key', function () {
    expect(new FrontDoor())->toBeOpen();
});

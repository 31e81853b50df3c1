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

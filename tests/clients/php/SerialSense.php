<?php

// What software does that is sold by Serial Sense: an array of fields by curl, which PHP sends as
// multipart, and a result on the second line of the answer.

declare(strict_types=1);

require_once __DIR__ . '/exchange.php';

final class SerialSense
{
    private const FIRST_LINE = '<license>';

    public function __construct(
        private string $location,
        private string $apikey,
        private string $sig,
    ) {
    }

    /** Takes a place for a machine. What is as long as an alias is one, and is kept. */
    public function activate(string $code, string $machine): array
    {
        $result = $this->asApplication('activate', ['code' => $code, 'mach' => $machine]);
        $isAlias = strlen($result) >= 13 && strlen($result) <= 15;
        return $isAlias ? ['alias' => $result] : ['failure' => $result];
    }

    public function auth(string $alias, string $machine): bool
    {
        return $this->asApplication('auth', ['code' => $alias, 'mach' => $machine]) === '1';
    }

    public function deactivate(string $alias, string $machine): bool
    {
        return $this->asApplication('deactivate', ['code' => $alias, 'mach' => $machine]) === 'S';
    }

    /** The text that the developer keeps with a license; null when the alias is none. */
    public function data(string $alias): ?string
    {
        $result = $this->asApplication('get_data', ['code' => $alias]);
        return $result === 'Invalid License' ? null : $result;
    }

    /** An application's call as it stands: its result. */
    public function asApplication(string $call, array $fields): string
    {
        return $this->result($call, ['apikey' => $this->apikey] + $fields);
    }

    /** A developer's call as it stands: its result. */
    public function asDeveloper(string $call, array $fields): string
    {
        return $this->result($call, ['sig' => $this->sig] + $fields);
    }

    /** The whole answer, to see what stands there when it is no result. */
    public function answer(string $call, array $fields, string $method = 'POST'): array
    {
        return exchange($method, $this->location . $call, $fields, []);
    }

    private function result(string $call, array $fields): string
    {
        $answer = $this->answer($call, $fields)['text'];
        if (substr($answer, 0, strlen(self::FIRST_LINE)) !== self::FIRST_LINE) {
            throw new UnexpectedValueException("{$call}: the answer does not begin as one");
        }
        // The first line and its end.
        return trim(substr($answer, 10));
    }
}

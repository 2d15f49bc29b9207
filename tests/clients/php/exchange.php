<?php

declare(strict_types=1);

/** A request by PHP's curl, with what a caller leaves open as PHP has it. */
function exchange(string $method, string $url, string|array|null $body, array $options): array
{
    $curl = curl_init($url);
    curl_setopt_array($curl, $options + [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 30,
    ]);
    if ($body !== null) {
        curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
    }
    $text = curl_exec($curl);
    if ($text === false) {
        throw new RuntimeException("{$method} {$url}: " . curl_error($curl));
    }
    return [
        'status' => curl_getinfo($curl, CURLINFO_RESPONSE_CODE),
        'type' => curl_getinfo($curl, CURLINFO_CONTENT_TYPE),
        'text' => $text,
    ];
}

/** The same, for an answer that is JSON whatever its status: `status` and `body`. */
function exchange_for_json(string $method, string $url, ?string $body, array $options): array
{
    $reply = exchange($method, $url, $body, $options);
    if (!str_starts_with((string) $reply['type'], 'application/json')) {
        throw new UnexpectedValueException("{$method} {$url} answered {$reply['type']}, not JSON");
    }
    $body = json_decode($reply['text'], true, flags: JSON_THROW_ON_ERROR);
    return ['status' => $reply['status'], 'body' => $body];
}

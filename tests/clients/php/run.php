<?php

// Makes one call of one of the clients beside this file and prints what it gives, as JSON:
//
//     php run.php CLIENT '{"setting": …}' METHOD '[argument, …]'

declare(strict_types=1);

// A warning is a mistake of the client's, and no result may come after one.
set_error_handler(static function (int $level, string $message, string $file, int $line): never {
    throw new ErrorException($message, 0, $level, $file, $line);
});

[, $client, $settings, $method, $arguments] = $argv;
require __DIR__ . "/{$client}.php";

$read = static fn (string $json): array => json_decode($json, true, flags: JSON_THROW_ON_ERROR);
$result = (new $client(...$read($settings)))->$method(...$read($arguments));
echo json_encode($result, JSON_THROW_ON_ERROR), "\n";

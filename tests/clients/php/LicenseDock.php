<?php

// What a Joomla extension does that is sold in a LicenseDock store: fields of a form, or JSON as
// the first edition of its pages has it. The store's address is all that it is given.

declare(strict_types=1);

require_once __DIR__ . '/exchange.php';

final class LicenseDock
{
    private const PATH = '/api/index.php/v1/licensedock';

    /**
     * @param ?int $productId sent along with every call when there is one
     * @param string $keyField what the calls name the key: `license_key` or `dlid`
     */
    public function __construct(
        private string $store,
        private ?int $productId = null,
        private bool $json = false,
        private string $keyField = 'license_key',
    ) {
    }

    public function activate(string $key, string $identifier, ?string $name = null): array
    {
        return $this->post('activate', $key, ['identifier' => $identifier, 'name' => $name]);
    }

    public function validate(string $key, ?string $identifier = null): array
    {
        return $this->post('validate', $key, ['identifier' => $identifier]);
    }

    public function deactivate(string $key, ?string $identifier): array
    {
        return $this->post('deactivate', $key, ['identifier' => $identifier]);
    }

    public function update(): array
    {
        $url = $this->store . self::PATH . "/updates/{$this->productId}";
        return exchange_for_json('GET', $url, null, []);
    }

    private function post(string $call, string $key, array $fields): array
    {
        $fields = [$this->keyField => $key, 'product_id' => $this->productId] + $fields;
        $fields = array_filter($fields, static fn (mixed $value): bool => $value !== null);
        $body = $this->json ? json_encode($fields, JSON_THROW_ON_ERROR) : http_build_query($fields);
        // Without a type of ours curl says that it is a form.
        $headers = $this->json ? ['Content-Type: application/json'] : [];
        $url = $this->store . self::PATH . "/licenses/{$call}";
        return exchange_for_json('POST', $url, $body, [CURLOPT_HTTPHEADER => $headers]);
    }
}

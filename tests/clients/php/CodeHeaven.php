<?php

// What a WordPress plugin does that is sold at Code Heaven: JSON by curl, the vendor's key in the
// header `X-CH-Vendor-Key`.

declare(strict_types=1);

require_once __DIR__ . '/exchange.php';

final class CodeHeaven
{
    /** @param ?string $vendorKey the header is left out when there is none */
    public function __construct(
        private string $baseUrl,
        private ?string $vendorKey,
        private string $product,
        private string $domain,
    ) {
    }

    public function validate(string $key): array
    {
        return $this->send('POST', '/licenses/validate', [
            'licenseKey' => $key,
            'domain' => $this->domain,
            'product' => $this->product,
        ]);
    }

    public function activate(string $key): array
    {
        return $this->send('POST', $this->domains($key), ['domain' => $this->domain]);
    }

    public function deactivate(string $key): array
    {
        return $this->send('DELETE', $this->domains($key) . '/' . rawurlencode($this->domain));
    }

    public function checkUpdate(string $key, string $installedVersion): array
    {
        return $this->send('GET', $this->license($key) . '/updates?' . http_build_query([
            'product' => $this->product,
            'installedVersion' => $installedVersion,
            'domain' => $this->domain,
        ]));
    }

    /** What saving the settings page does: asks, takes a seat where it has none yet, asks again. */
    public function save(string $key): array
    {
        $verdict = $this->validate($key)['body'];
        $refusal = null;
        if ($verdict['status'] === 'domain_not_activated') {
            $taken = $this->activate($key);
            $refusal = $taken['status'] === 201 ? null : $taken['body']['error']['code'];
            $verdict = $this->validate($key)['body'];
        }
        return [
            'unlocked' => $verdict['valid'] === true,
            'status' => $verdict['status'],
            'refusal' => $refusal,
            'sites' => array_column($verdict['activations'], 'domain'),
        ];
    }

    private function license(string $key): string
    {
        return '/licenses/' . rawurlencode($key);
    }

    private function domains(string $key): string
    {
        return $this->license($key) . '/domains';
    }

    private function send(string $method, string $path, ?array $fields = null): array
    {
        $headers = ['Accept: application/json'];
        if ($this->vendorKey !== null) {
            $headers[] = "X-CH-Vendor-Key: {$this->vendorKey}";
        }
        $body = null;
        if ($fields !== null) {
            $headers[] = 'Content-Type: application/json';
            $body = json_encode($fields, JSON_THROW_ON_ERROR);
        }
        $options = [CURLOPT_HTTPHEADER => $headers];
        return exchange_for_json($method, $this->baseUrl . $path, $body, $options);
    }
}

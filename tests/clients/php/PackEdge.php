<?php

// What a plugin does that is sold through PackEdge: JSON by curl, to the open calls of the old
// guide or, with a product's public key, to those of the newer one.

declare(strict_types=1);

require_once __DIR__ . '/exchange.php';

final class PackEdge
{
    /**
     * @param ?string $publicKey without one the old open calls are used
     * @param string $siteField what the calls name the site: `domain`, `url` or `site`
     * @param bool $wordpress sends as WordPress does
     */
    public function __construct(
        private string $baseUrl,
        private string $site,
        private ?string $publicKey = null,
        private string $siteField = 'domain',
        private bool $wordpress = false,
    ) {
    }

    public function validate(string $key): array
    {
        return $this->send('validate', ['license_key' => $key, $this->siteField => $this->site]);
    }

    public function validateFor(string $key, string $productSlug): array
    {
        return $this->send('validate', ['license_key' => $key, 'product_slug' => $productSlug]);
    }

    public function activate(string $key): array
    {
        return $this->send('activate', ['license_key' => $key, $this->siteField => $this->site]);
    }

    public function deactivate(string $key): array
    {
        return $this->send('deactivate', ['license_key' => $key, $this->siteField => $this->site]);
    }

    public function deactivateById(string $key, string $activation): array
    {
        return $this->send('deactivate', ['license_key' => $key, 'activation_id' => $activation]);
    }

    public function check(string $key): array
    {
        return $this->send('check', ['license_key' => $key, $this->siteField => $this->site]);
    }

    /** A call as it stands, to see what becomes of one that lacks something. */
    public function send(string $call, array $fields): array
    {
        $path = '/v1/licenses/';
        if ($this->publicKey !== null) {
            $path = '/public/v1/licenses/';
            $fields = ['public_key' => $this->publicKey] + $fields;
        }
        $body = json_encode($fields, JSON_THROW_ON_ERROR);
        $options = $this->options(['Content-Type: application/json']);
        return exchange_for_json('POST', $this->baseUrl . $path . $call, $body, $options);
    }

    /** The old guide's rule: only `success` is looked at, and without it the answer is no. */
    public function isActivated(string $key): bool
    {
        return $this->activate($key)['body']['success'] ?? false;
    }

    public function updateCheck(string $slug, ?string $key): array
    {
        $query = array_filter(['slug' => $slug, 'site' => $this->site, 'license_key' => $key]);
        $url = $this->baseUrl . '/public/v1/wp/update-check?' . http_build_query($query);
        $options = $this->options(["X-Public-Key: {$this->publicKey}"]);
        return exchange_for_json('GET', $url, null, $options);
    }

    /** The version that WordPress would offer; null when the answer names none. */
    public function offeredVersion(string $slug, ?string $key): ?string
    {
        $version = $this->updateCheck($slug, $key)['body']['version'] ?? '';
        return $version === '' ? null : $version;
    }

    private function options(array $headers): array
    {
        if (!$this->wordpress) {
            return [CURLOPT_HTTPHEADER => $headers];
        }
        // WordPress speaks HTTP/1.0, takes any coding that curl knows, and says which site asks.
        return [
            CURLOPT_HTTPHEADER => [...$headers, 'Connection: close'],
            CURLOPT_HTTP_VERSION => CURL_HTTP_VERSION_1_0,
            CURLOPT_ENCODING => '',
            CURLOPT_USERAGENT => "WordPress/6.8; {$this->site}",
        ];
    }
}

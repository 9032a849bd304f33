<?php
$curl = curl_init(getenv('URL'));
curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => true, CURLOPT_HTTPHEADER => ['Authorization: Bearer ' . getenv('ACME_API_KEY')]]);
curl_exec($curl);
echo curl_getinfo($curl, CURLINFO_RESPONSE_CODE), "\n";

-- Products that recognition showed, and that the language model scored low: embed-batch's progressive run takes more
-- photos of them. It sees brand and SKU, and nothing of who asked for what.
CREATE FUNCTION low_ranked_products(below double precision, days integer)
RETURNS TABLE (brand text, sku text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT candidate ->> 'brand', candidate ->> 'sku'
  FROM recognition_requests r
  CROSS JOIN LATERAL jsonb_array_elements(r.result -> 'garments') AS garment
  CROSS JOIN LATERAL jsonb_array_elements(garment -> 'candidates') AS candidate
  WHERE r.status = 'done' AND r.created_at > now() - make_interval(days => days)
    AND candidate ->> 'rerank_score' IS NOT NULL
  GROUP BY 1, 2
  HAVING avg((candidate ->> 'rerank_score')::double precision) < below
$$;
REVOKE ALL ON FUNCTION low_ranked_products(double precision, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION low_ranked_products(double precision, integer) TO embed_batch;

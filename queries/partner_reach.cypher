// title:   협력기관별 활동 범위 | What each partner reaches
// asks:    어떤 기관이 몇 개 네트워크에 참여하고, 몇 건의 사례를 지원했는가 | In how many networks does each partner take part, and how many cases did it support?
// param:   kinds list<text> in center_kind, institution_kind = []  이 종류의 기관만 봅니다. 비우면 전부 | only partners of these kinds; empty means all
// param:   regions list<text> of Region = []  이 지역(바로 아래 지역 포함)만 봅니다. 비우면 전부 | only these regions and those right below them; empty means all
// param:   networks list<text> of Network = []  이 네트워크의 참여 기관만 봅니다. 비우면 전부 | only members of these networks; empty means all
// param:   top integer 1..1000 = 200  최대 행 수 | the most rows
// returns: partner_id text of Center, Institution "기관 식별자" "partner id"
// returns: partner_name text "기관" "partner"
// returns: kind text in center_kind, institution_kind "종류" "kind"
// returns: region_id text of Region "지역 식별자" "region id"
// returns: networks integer "참여 네트워크 수" "networks"
// returns: led_ids set<text> of Network "주관하는 네트워크" "networks it leads"
// returns: joined_ids set<text> of Network "참여하는 네트워크" "networks it joined"
// returns: programs integer "프로그램 수" "programs"
// returns: supported cases "지원한 사례 수" "cases supported"
// returns: handled cases "담당한 사례 수" "cases handled"
// returns: sources set<source> "출처" "sources"
// returns: case_sources set<case_source> "사례의 출처" "sources of its cases"
// key:     partner_id
// draws:   partner_id -[LEADS]-> led_ids, partner_id -[MEMBER_OF]-> joined_ids
// evidence: observed
// says:    기관 {rows}곳을 찾았습니다(지원하거나 담당한 사례 {n:건}). 지원한 사례가 많은 곳부터 보여 드립니다. | Found {rows:partner/partners} ({n:case/cases} supported or handled); those that supported most come first.
// none:    조건에 맞는 기관이 없습니다. | No partner matches.
// note:    지원한 사례 수는 기관이 얼마나 널리 참여했는지를 보여 줄 뿐, 취업에 도움이 되었는지를 뜻하지 않습니다. | Cases supported tell how widely a partner took part, not whether it helped anyone to a job.
// note:    출처에 적히지 않은 협력도 있을 수 있습니다. 적혀 있지 않다는 것은 '없다'가 아니라 '모른다'입니다. | Partnerships the source does not mention may exist: not told means unknown, not absent.

// part: partners by partner_id
MATCH (partner:Center|Institution)
WHERE size($kinds) = 0 OR partner.kind IN $kinds
OPTIONAL MATCH (partner)-[:LOCATED_IN]->(region:Region)
WITH partner, region
WHERE size($regions) = 0 OR region.id IN $regions OR region.parent_id IN $regions
OPTIONAL MATCH (partner)-[joining:LEADS|MEMBER_OF]->(network:Network)
WHERE ($as_of = '' OR (coalesce(joining.valid_from, $as_of) <= $as_of AND coalesce(joining.valid_to, $as_of) >= $as_of))
WITH partner, count(DISTINCT network.id) AS networks,
     sum(CASE WHEN network.id IN $networks THEN 1 ELSE 0 END) AS wanted,
     collect(DISTINCT joining.dataset_id + '#' + joining.locator) AS joining_sources
WHERE size($networks) = 0 OR wanted > 0
OPTIONAL MATCH (partner)-[leading:LEADS]->(led:Network)
WHERE ($as_of = '' OR (coalesce(leading.valid_from, $as_of) <= $as_of AND coalesce(leading.valid_to, $as_of) >= $as_of))
WITH partner, networks, joining_sources, collect(DISTINCT led.id) AS led_ids
OPTIONAL MATCH (partner)-[membership:MEMBER_OF]->(joined:Network)
WHERE ($as_of = '' OR (coalesce(membership.valid_from, $as_of) <= $as_of AND coalesce(membership.valid_to, $as_of) >= $as_of))
WITH partner, networks, joining_sources, led_ids, collect(DISTINCT joined.id) AS joined_ids
OPTIONAL MATCH (partner)-[offering:OFFERS]->(program:Program)
WHERE ($as_of = '' OR (coalesce(offering.valid_from, $as_of) <= $as_of AND coalesce(offering.valid_to, $as_of) >= $as_of))
  AND ($as_of = '' OR (coalesce(program.valid_from, $as_of) <= $as_of AND coalesce(program.valid_to, $as_of) >= $as_of))
WITH partner, networks, led_ids, joined_ids, joining_sources, count(DISTINCT program.id) AS programs
RETURN partner.id AS partner_id, partner.name AS partner_name, partner.kind AS kind, partner.region_id AS region_id,
       networks, led_ids, joined_ids, programs,
       joining_sources + [partner.dataset_id + '#' + partner.locator] AS sources
ORDER BY partner_id
LIMIT 1000000

// part: supported by partner_id
MATCH (supported_case:CaseFile)-[support:SUPPORTED_BY]->(partner:Center|Institution)
WHERE NOT coalesce(support.result, '') IN ['declined', 'not_served']
RETURN partner.id AS partner_id, count(DISTINCT supported_case.id) AS supported
ORDER BY partner_id
LIMIT 1000000

// part: handled by partner_id
MATCH (partner:Center)-[:HANDLED]->(handled_case:CaseFile)
RETURN partner.id AS partner_id, count(DISTINCT handled_case.id) AS handled
ORDER BY partner_id
LIMIT 1000000

// part: case_sources by partner_id
MATCH (supported_case:CaseFile)-[support:SUPPORTED_BY]->(partner:Center|Institution)
WHERE NOT coalesce(support.result, '') IN ['declined', 'not_served']
RETURN partner.id AS partner_id, collect(DISTINCT support.dataset_id + '#' + support.locator) AS case_sources
ORDER BY partner_id
LIMIT 1000000

// part: n
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)
OPTIONAL MATCH (case_file)-[support:SUPPORTED_BY]->(partner:Center|Institution)
WHERE partner.id IN $chosen AND NOT coalesce(support.result, '') IN ['declined', 'not_served']
WITH center, case_file, count(partner.id) AS supports
WHERE supports > 0 OR center.id IN $chosen
RETURN count(DISTINCT case_file.id) AS n

// title:   네트워크 한눈에 보기 | Networks at a glance
// asks:    어떤 네트워크가 있고, 누가 이끌고, 무엇을 해 왔는가 | Which networks are there, who leads them, and what have they done?
// param:   networks list<text> of Network = []  이 네트워크만 봅니다. 비우면 전부 | only these networks; empty means all
// param:   measure text in measure = found  기업 수를 셀 기준 | what the number of companies counts
// param:   top integer 1..1000 = 200  최대 행 수 | the most rows
// returns: network_id text of Network "네트워크 식별자" "network id"
// returns: network_name text "네트워크(과제명)" "network"
// returns: year integer "연도" "year"
// returns: award text "수상" "award"
// returns: lead_ids set<text> of Center, Institution "주관 식별자" "lead ids"
// returns: leads set<text> "주관 고용센터" "lead centers"
// returns: career_center_ids set<text> of Center "중장년내일센터 식별자" "career center ids"
// returns: career_centers set<text> "중장년내일센터" "career centers"
// returns: members integer "참여 기관 수" "members"
// returns: programs integer "참여 기관의 프로그램 수" "programs of its members"
// returns: companies integer "기업 수" "companies"
// returns: cases cases "사례 수" "cases"
// returns: sources set<source> "출처" "sources"
// key:     network_id
// draws:   lead_ids -[LEADS]-> network_id, career_center_ids -[MEMBER_OF]-> network_id
// evidence: told
// says:    네트워크 {rows}개를 찾았습니다(주관 센터가 맡은 사례 {n:건}). | Found {rows:network/networks} ({n:case/cases} handled by their lead centers).
// none:    조건에 맞는 네트워크가 없습니다. | No network matches.
// note:    출처에 적히지 않은 참여나 프로그램도 있을 수 있습니다. 적혀 있지 않다는 것은 '없다'가 아니라 '모른다'입니다. | Members and programs the source does not mention may exist: not told means unknown, not absent.

// part: networks by network_id
MATCH (network:Network)
WHERE size($networks) = 0 OR network.id IN $networks
OPTIONAL MATCH (leader:Center|Institution)-[leading:LEADS]->(network)
WHERE ($as_of = '' OR (coalesce(leading.valid_from, $as_of) <= $as_of AND coalesce(leading.valid_to, $as_of) >= $as_of))
WITH network, collect(DISTINCT leader.id) AS lead_ids, collect(DISTINCT leader.name) AS leads,
     collect(DISTINCT leading.dataset_id + '#' + leading.locator) AS lead_sources
OPTIONAL MATCH (career:Center)-[taking_part:LEADS|MEMBER_OF]->(network)
WHERE career.kind = 'career_center'
  AND ($as_of = '' OR (coalesce(taking_part.valid_from, $as_of) <= $as_of AND coalesce(taking_part.valid_to, $as_of) >= $as_of))
WITH network, lead_ids, leads, lead_sources,
     collect(DISTINCT career.id) AS career_center_ids, collect(DISTINCT career.name) AS career_centers
OPTIONAL MATCH (member:Center|Institution)-[joining:LEADS|MEMBER_OF]->(network)
WHERE ($as_of = '' OR (coalesce(joining.valid_from, $as_of) <= $as_of AND coalesce(joining.valid_to, $as_of) >= $as_of))
WITH network, lead_ids, leads, lead_sources, career_center_ids, career_centers,
     count(DISTINCT member.id) AS members, collect(DISTINCT joining.dataset_id + '#' + joining.locator) AS member_sources
WHERE $as_of = '' OR members > 0
OPTIONAL MATCH (network)<-[belonging:LEADS|MEMBER_OF]-(provider:Center|Institution)-[offering:OFFERS]->(program:Program)
WHERE ($as_of = '' OR (coalesce(belonging.valid_from, $as_of) <= $as_of AND coalesce(belonging.valid_to, $as_of) >= $as_of))
  AND ($as_of = '' OR (coalesce(offering.valid_from, $as_of) <= $as_of AND coalesce(offering.valid_to, $as_of) >= $as_of))
  AND ($as_of = '' OR (coalesce(program.valid_from, $as_of) <= $as_of AND coalesce(program.valid_to, $as_of) >= $as_of))
WITH network, lead_ids, leads, lead_sources, career_center_ids, career_centers, members, member_sources,
     count(DISTINCT program.id) AS programs
OPTIONAL MATCH (network)-[demand:DEMANDS]->(industry:Industry)
WHERE demand.measure = $measure
WITH network, lead_ids, leads, lead_sources, career_center_ids, career_centers, members, member_sources, programs,
     sum(coalesce(demand.companies, 0)) AS counted, count(demand.companies) AS told, collect(DISTINCT demand.dataset_id + '#' + demand.locator) AS demand_sources
RETURN network.id AS network_id, network.name AS network_name, network.year AS year, network.award AS award,
       lead_ids, leads, career_center_ids, career_centers, members, programs,
       CASE WHEN told > 0 THEN counted ELSE null END AS companies,
       lead_sources + member_sources + demand_sources + [network.dataset_id + '#' + network.locator] AS sources
ORDER BY network_id
LIMIT 1000000

// part: handled by center_id
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)
RETURN center.id AS center_id, count(case_file.id) AS cases
ORDER BY center_id
LIMIT 1000000
